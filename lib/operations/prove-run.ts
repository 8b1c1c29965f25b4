import { bodyEnvironment } from '../bodies/environment.ts';
import { plainText } from '../bodies/output.ts';
import { ensureDirectory } from '../platform/files.ts';
import type { RunRecord, RunResult } from '../records/run.ts';
import type { HouseContext } from './context.ts';
import { jobForBody, type RunJob } from './job.ts';
import { verifyRun } from './verify.ts';
import { type Supervision, watchRun } from './watch-run.ts';

/**
 * Verify a completed run; the outcome is what verification leaves of it. Once `signal` says so the
 * checks are ended, and what is returned means nothing.
 */
export async function proved(
  context: HouseContext,
  run: RunRecord,
  job: RunJob,
  result: RunResult,
  supervision: Supervision,
  signal?: AbortSignal,
): Promise<RunResult> {
  const bodyJob = jobForBody(context.house, run, job);
  ensureDirectory(bodyJob.scratch, 0o700);
  const abort = new AbortController();
  const watch = watchRun(context, run, Number.POSITIVE_INFINITY, supervision, async () =>
    abort.abort(),
  );
  const verification = await verifyRun(job, {
    workspace: bodyJob.workspace,
    scratch: bodyJob.scratch,
    run: run.run,
    env: bodyEnvironment(context.environment, bodyJob),
    timeout: job.timeout,
    sleep: supervision.sleep,
    signal: signal ? AbortSignal.any([signal, abort.signal]) : abort.signal,
  }).finally(watch.drop);
  const stopped = await watch.done();
  const { checks, artifacts, failure } = verification;
  const asked = job.verify.length + job.produces.length > 0;
  const proof = failure !== null ? 'failed' : asked ? 'passed' : 'none';
  const proven: RunResult = { ...result, proof, verify: checks, artifacts };
  if (stopped) return { ...proven, outcome: stopped.outcome, reason: stopped.reason };
  return failure === null ? proven : { ...proven, outcome: 'failed', reason: failure };
}

/** An agent's own word about its work: it may say less than success, never more than is proved. */
export function heedReport(result: RunResult, status: string | null, text: string): RunResult {
  const said = { ...result, text: plainText(text).trim() || result.text };
  switch (status) {
    case null:
    case 'COMPLETE':
      return said;
    case 'BLOCKED':
    case 'DEFERRED':
      return { ...said, outcome: 'blocked', reason: 'the agent reports that it is blocked' };
    case 'REVIEW':
      return { ...said, outcome: 'review', reason: 'the agent asks for a review' };
    default:
      return { ...said, outcome: 'failed', reason: `the agent reports ${status}` };
  }
}
