import type { Body, Ended } from '../bodies/body.ts';
import type { ProcessIdentity } from '../platform/identity.ts';
import type { Spawned } from '../platform/process.ts';
import { endGroup } from '../platform/process-group.ts';
import type { RunRecord } from '../records/run.ts';
import { setLeader } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { jobForBody, type RunJob } from './job.ts';
import { type Carried, describe, failed, judge } from './judge-run.ts';
import { type Intervention, type Supervision, watchRun } from './watch-run.ts';

/** Between the polite signal and the other. */
export const GRACE_MS = 5000;

/** The body's process, as far as a supervisor is concerned. */
export type Attended = Pick<Spawned, 'identity' | 'exited'>;

/**
 * Stay with a body's process to its end: keep the lease, enforce time-out and stop, end what it
 * leaves behind. null where `signal` said that somebody else answers for it now.
 */
export async function attend(
  context: HouseContext,
  run: RunRecord,
  timeout: number,
  process: Attended,
  supervision: Supervision,
  signal?: AbortSignal,
): Promise<{ exit: Awaited<Spawned['exited']>; why: Intervention | null } | null> {
  const { sleep } = supervision;
  setLeader(context.db, run.run, process.identity);
  const end = () => endGroup(process.identity, { run: run.run, graceMs: GRACE_MS, sleep });
  const watch = watchRun(context, run, timeout, supervision, end);
  const exit = await Promise.race([process.exited, aborted(signal)]);
  if (exit === null) {
    watch.drop();
    return null;
  }
  const why = await watch.done();
  // What the body left behind ends with it: a report must not be overtaken by its own children.
  await end();
  return { exit, why };
}

/** Where we fail, what is at work ends first: it would be so beside the next attempt. */
export async function carriedBadly(
  { run }: RunRecord,
  leader: ProcessIdentity,
  error: unknown,
  { sleep }: Supervision,
): Promise<Carried> {
  await endGroup(leader, { run, graceMs: GRACE_MS, sleep });
  return failed(`Robed could not carry it on: ${(error as Error).message}`, true);
}

/** What came of it: what the supervisor had to do, else what the body says and what holds of it. */
export async function conclude(
  context: HouseContext,
  run: RunRecord,
  job: RunJob,
  body: Body,
  ended: Ended,
  why: Intervention | null,
  supervision: Supervision,
): Promise<Carried> {
  try {
    if (why === null) return await judge(context, run, job, body, ended, supervision);
    const outcome = await body.outcome(jobForBody(context.house, run, job), ended);
    return {
      result: { ...describe(outcome, ended), outcome: why.outcome, reason: why.reason },
      retry: true,
    };
  } catch (error) {
    // Whatever a body left: its work was done, and is not to be done again and again for it.
    const found = `Robed could not judge it: ${(error as Error).message}`;
    return failed(why === null ? found : why.reason, true, why?.outcome);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<null> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(null), { once: true });
  });
}
