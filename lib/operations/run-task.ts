import { join } from 'node:path';
import type { Ended } from '../bodies/body.ts';
import { bodyEnvironment } from '../bodies/environment.ts';
import { createBodies } from '../bodies/registry.ts';
import { UserError } from '../core/errors.ts';
import { triggerPath } from '../houses/paths.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { ensureDirectory } from '../platform/files.ts';
import { type ProcessIdentity, self } from '../platform/identity.ts';
import { spawnDetached } from '../platform/process.ts';
import { transaction } from '../platform/sqlite.ts';
import { recordEvent } from '../records/event-store.ts';
import type { RunRecord } from '../records/run.ts';
import { readRun, takeRun } from '../records/run-store.ts';
import { attend, carriedBadly, conclude } from './attend-run.ts';
import { bodiesContext } from './bodies-context.ts';
import { startedEvent } from './claim.ts';
import type { HouseContext } from './context.ts';
import { recordEnd } from './end-run.ts';
import { insist } from './insist.ts';
import { jobForBody, jobOf, triggerText } from './job.ts';
import { type Carried, failed } from './judge-run.ts';
import { LEASE_MS } from './lease.ts';
import { reconcile } from './reconcile.ts';
import { ownTrigger } from './see-runs.ts';
import type { Intervention, Supervision } from './watch-run.ts';

/**
 * Carry one claimed run to its end: start the body, keep the lease, enforce time-out and stop,
 * verify, record, settle. Returns false where the run was no longer there to be taken.
 */
export async function runTask(
  context: HouseContext,
  name: string,
  supervision: Supervision,
): Promise<boolean> {
  const run = take(context, name);
  if (run === null) return false;
  signTrigger(context, run);
  const ended = await carryOut(context, run, supervision);
  // What the agent did to the queue is read while its run still counts as at work.
  await reconcileOrTell(context, run, supervision);
  const record = () => recordEnd(context, run, ended.result, { retry: ended.retry });
  await insist(record, supervision.sleep);
  await reconcile(context, { claim: false });
  return true;
}

/** Whatever is wrong with the house, this run's own end gets recorded: it is not done twice. */
async function reconcileOrTell(
  context: HouseContext,
  run: RunRecord,
  { sleep }: Supervision,
): Promise<void> {
  try {
    await reconcile(context, { claim: false });
  } catch (error) {
    await insist(() => warn(context, run, (error as Error).message), sleep);
  }
}

function warn({ db, clock }: HouseContext, run: RunRecord, message: string): void {
  const event = {
    type: 'system.warning',
    task: run.task,
    run: run.run,
    data: { message },
  } as const;
  transaction(db, () => recordEvent(db, clock.now(), event));
}

/** From claimed to running, unless somebody ended or took it meanwhile. */
function take(context: HouseContext, name: string): RunRecord | null {
  const { db, clock } = context;
  return transaction(db, () => {
    const now = clock.now();
    const run = readRun(db, name);
    if (run?.state !== 'claimed') return null;
    const change = {
      state: 'running',
      holder: self(),
      startedAt: now,
      leaseUntil: now + LEASE_MS,
    } as const;
    if (!takeRun(db, name, change)) return null;
    recordEvent(db, now, startedEvent(run));
    return { ...run, ...change };
  });
}

/** The trigger names who supervises the run, so that it can be known without the records. */
function signTrigger(context: HouseContext, run: RunRecord): void {
  const path = triggerPath(context.house.paths, run.task);
  if (ownTrigger(path, run.run)) writeAtomic(path, triggerText(context.house, run, jobOf(run)));
}

async function carryOut(
  context: HouseContext,
  run: RunRecord,
  supervision: Supervision,
): Promise<Carried> {
  const { house, environment } = context;
  const job = jobOf(run);
  const bodyJob = jobForBody(house, run, job);
  ensureDirectory(bodyJob.scratch, 0o700);
  const bodies = createBodies(house.settings.bodies, bodiesContext(context));
  const body = [...bodies.values()].find((candidate) => candidate.kind === run.body);
  if (body === undefined) return failed(`the house no longer has the body ${run.body}`, false);

  let ended: Ended;
  let why: Intervention | null;
  let leader: ProcessIdentity | null = null;
  try {
    const start = await body.start(bodyJob);
    const env = bodyEnvironment(environment, bodyJob, start.env);
    const paths = {
      stdout: join(bodyJob.scratch, 'stdout'),
      stderr: join(bodyJob.scratch, 'stderr'),
    };
    const process = await spawnDetached({
      argv: start.argv,
      cwd: bodyJob.workspace,
      env,
      ...(start.stdin === undefined ? {} : { stdinPath: start.stdin }),
      stdoutPath: paths.stdout,
      stderrPath: paths.stderr,
    });
    leader = process.identity;
    const attended = await attend(context, run, job.timeout, process, supervision);
    if (attended === null) return failed('the run was given away', true);
    const rest = (await body.abandon?.(bodyJob)) ?? null;
    if (rest !== null) warn(context, run, rest);
    why = attended.why;
    ended = { ...attended.exit, ...paths };
  } catch (error) {
    if (leader !== null) return carriedBadly(run, leader, error, supervision);
    // What a person has to mend is not mended by another attempt.
    const retry = !(error instanceof UserError);
    return failed(`the ${run.body} body could not be started: ${(error as Error).message}`, retry);
  }
  return conclude(context, run, job, body, ended, why, supervision);
}
