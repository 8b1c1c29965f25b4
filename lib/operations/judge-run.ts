import type { Body, Ended, Outcome } from '../bodies/body.ts';
import type { RunRecord, RunResult } from '../records/run.ts';
import type { HouseContext } from './context.ts';
import { emptyResult, flatUsage } from './end-run.ts';
import { jobForBody, type RunJob } from './job.ts';
import { heedReport, proved } from './prove-run.ts';
import { ownReport } from './see-runs.ts';
import type { Supervision } from './watch-run.ts';

/** What carrying a run out came to. */
export interface Carried {
  result: RunResult;
  /** False where another attempt can't help. */
  retry: boolean;
}

/** The body is done: what it says, what it left, and whether that holds. */
export async function judge(
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
  if (job.verify.length + job.produces.length === 0) return { result: said, retry: true };
  return { result: await proved(context, run, job, said, supervision), retry: true };
}

export function describe(outcome: Outcome, ended: Ended): RunResult {
  return {
    ...emptyResult(outcome.ok ? 'completed' : 'failed', outcome.ok ? '' : outcome.reason),
    text: outcome.text,
    exit: ended.exitCode,
    signal: ended.signal,
    usage: flatUsage(outcome.usage),
  };
}

export const failed = (
  reason: string,
  retry: boolean,
  outcome: RunResult['outcome'] = 'failed',
): Carried => ({
  result: emptyResult(outcome, reason),
  retry,
});
