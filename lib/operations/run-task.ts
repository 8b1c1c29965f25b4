import { join } from 'node:path';
import type { Body, Ended, Outcome } from '../bodies/body.ts';
import { bodyEnvironment } from '../bodies/environment.ts';
import { createBodies } from '../bodies/registry.ts';
import { UserError } from '../core/errors.ts';
import { triggerPath } from '../houses/paths.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { ensureDirectory } from '../platform/files.ts';
import { self } from '../platform/identity.ts';
import { spawnDetached } from '../platform/process.ts';
import { endGroup } from '../platform/process-group.ts';
import { transaction } from '../platform/sqlite.ts';
import { recordEvent } from '../records/event-store.ts';
import type { RunRecord, RunResult } from '../records/run.ts';
import { readRun, setLeader, takeRun } from '../records/run-store.ts';
import { bodiesContext } from './bodies-context.ts';
import type { HouseContext } from './context.ts';
import { emptyResult, flatUsage, recordEnd } from './end-run.ts';
import { jobForBody, jobOf, type RunJob, triggerText } from './job.ts';
import { LEASE_MS } from './lease.ts';
import { heedReport, proved } from './prove-run.ts';
import { reconcile } from './reconcile.ts';
import { ownReport, ownTrigger } from './see-runs.ts';
import { type Supervision, watchRun } from './watch-run.ts';

/** Between the polite signal and the other. */
const GRACE_MS = 5000;

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
  await reconcileOrTell(context, run);
  recordEnd(context, run, ended.result, { retry: ended.retry });
  await reconcile(context, { claim: false });
  return true;
}

/** Whatever is wrong with the house, this run's own end gets recorded: it is not done twice. */
async function reconcileOrTell(context: HouseContext, run: RunRecord): Promise<void> {
  const { db, clock } = context;
  try {
    await reconcile(context, { claim: false });
  } catch (error) {
    const { message } = error as Error;
    const event = {
      type: 'system.warning',
      task: run.task,
      run: run.run,
      data: { message },
    } as const;
    transaction(db, () => recordEvent(db, clock.now(), event));
  }
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
    recordEvent(db, now, {
      type: 'task.started',
      task: run.task,
      run: name,
      attempt: run.attempt,
      data: { body: run.body },
    });
    return { ...run, ...change };
  });
}

/** The trigger names who supervises the run, so that it can be known without the records. */
function signTrigger(context: HouseContext, run: RunRecord): void {
  const path = triggerPath(context.house.paths, run.task);
  if (ownTrigger(path, run.run)) writeAtomic(path, triggerText(context.house, run, jobOf(run)));
}

interface Carried {
  result: RunResult;
  retry: boolean;
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
    setLeader(context.db, run.run, process.identity);
    const watch = watchRun(context, run, job.timeout, supervision, () =>
      endGroup(process.identity, { run: run.run, graceMs: GRACE_MS, sleep: supervision.sleep }),
    );
    const exit = await process.exited;
    const why = await watch.done();
    // What the body left behind ends with it: a report must not be overtaken by its own children.
    await endGroup(process.identity, { run: run.run, graceMs: GRACE_MS, sleep: supervision.sleep });
    ended = { ...exit, ...paths };
    if (why !== null) {
      const outcome = await body.outcome(bodyJob, ended);
      return {
        result: { ...describe(outcome, ended), outcome: why.outcome, reason: why.reason },
        retry: true,
      };
    }
  } catch (error) {
    // What a person has to mend is not mended by another attempt.
    const retry = !(error instanceof UserError);
    return failed(`the ${run.body} body could not be started: ${(error as Error).message}`, retry);
  }
  return judge(context, run, job, body, ended, supervision);
}

/** The body is done: what it says, what it left, and whether that holds. */
async function judge(
  context: HouseContext,
  run: RunRecord,
  job: RunJob,
  body: Body,
  ended: Ended,
  supervision: Supervision,
): Promise<Carried> {
  const bodyJob = jobForBody(context.house, run, job);
  const outcome = await body.outcome(bodyJob, ended);
  const result = describe(outcome, ended);
  if (!outcome.ok) return { result, retry: outcome.retry };
  const report = body.agent ? ownReport(context, run) : null;
  const said = report === null ? result : heedReport(result, report.status, report.text);
  if (said.outcome !== 'completed') return { result: said, retry: said.outcome === 'failed' };
  return { result: await proved(context, run, job, said, supervision), retry: true };
}

function describe(outcome: Outcome, ended: Ended): RunResult {
  return {
    ...emptyResult(outcome.ok ? 'completed' : 'failed', outcome.ok ? '' : outcome.reason),
    text: outcome.text,
    exit: ended.exitCode,
    signal: ended.signal,
    usage: flatUsage(outcome.usage),
  };
}

const failed = (reason: string, retry: boolean): Carried => ({
  result: emptyResult('failed', reason),
  retry,
});
