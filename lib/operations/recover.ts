import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { liveness, self } from '../platform/identity.ts';
import { endGroup } from '../platform/process-group.ts';
import { transaction } from '../platform/sqlite.ts';
import type { RunRecord, RunResult } from '../records/run.ts';
import { readOpenRuns, readRun, takeRun } from '../records/run-store.ts';
import { abandonRun } from './abandon-run.ts';
import type { HouseContext } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { jobOf } from './job.ts';
import { LEASE_MS } from './lease.ts';
import { judgeRun } from './plan-runs.ts';
import { heedReport, proved } from './prove-run.ts';
import { ownReport, seeRun } from './see-runs.ts';
import { settleRuns } from './settle-run.ts';
import { forgetUnverified, verifiedOrBlocked } from './unverified.ts';

/** Between the polite signal and the other, to what a dead runner left behind. */
const GRACE_MS = 2000;

/**
 * Carry every open run on from where it stands: settle the ended, take back the dead, finish what
 * outsiders did. True where a run was ended by that, which is to be settled next.
 */
export async function recoverRuns(
  context: HouseContext,
  tell: (action: string) => void,
): Promise<boolean> {
  for (const { task, run, result } of settleRuns(context)) {
    tell(`${task}: settled ${run}, ${result?.status ?? result?.outcome}`);
  }
  let changed = false;
  for (const run of readOpenRuns(context.db)) {
    if (run.state !== 'ended' && (await recoverLive(context, run, tell))) changed = true;
  }
  return changed;
}

/** Carry one live run on, as `run` shows it; true where something changed. */
export async function recoverLive(
  context: HouseContext,
  run: RunRecord,
  tell: (action: string) => void,
): Promise<boolean> {
  const verdict = judgeRun(seeRun(context, run), context.clock.now());
  switch (verdict.type) {
    case 'leave':
    case 'suspect':
      return false;
    case 'stop':
      nudge(run);
      return false;
    case 'drop':
      tell(`${run.task}: ${run.run} is stopped`);
      return endFor(context, run, emptyResult('stopped', 'stopped by a person'));
    case 'reclaim':
      return (
        seize(context, run) && orLetGo(context, run, () => reclaim(context, run, verdict, tell))
      );
    case 'finish': {
      if (!seize(context, run)) return false;
      tell(`${run.task}: ${run.run} is done, verifying`);
      const work = (signal?: AbortSignal) =>
        orLetGo(context, run, () => finish(context, run, verdict.report, signal));
      const { verify, produces } = jobOf(run);
      if (context.aside === undefined || verify.length + produces.length === 0) return work();
      // A check may take as long as the task, and a file be of any size: nothing else is to wait.
      context.aside.begin(work);
      return false;
    }
  }
}

/** As `recordEnd`; what was kept of it while it lived is gone. */
function endFor(context: HouseContext, run: RunRecord, result: RunResult): boolean {
  forgetUnverified(context, run);
  return recordEnd(context, run, result);
}

async function reclaim(
  context: HouseContext,
  run: RunRecord,
  { reason }: { reason: string },
  tell: (action: string) => void,
): Promise<boolean> {
  const left = await endRest(run);
  if (left.length > 0) {
    tell(`${run.task}: ${run.run} still has processes that can't be ended: ${left.join(', ')}`);
    return false;
  }
  const rest = await abandonRun(context, run);
  if (rest !== null) {
    tell(`${run.task}: ${rest}`);
    return false;
  }
  tell(`${run.task}: ${run.run} is lost, ${reason}`);
  const outcome = run.stop === null ? 'lost' : 'stopped';
  return endFor(context, run, emptyResult(outcome, reason));
}

/**
 * Become the one who answers for a run, so that nobody else recovers it and its runner, should it
 * only now begin, leaves it alone. False where it was given to somebody since it was looked at:
 * a dispatch that has ended by now was alive when it gave its claim to the runner.
 */
function seize({ db, clock }: HouseContext, seen: RunRecord): boolean {
  return transaction(db, () => {
    const run = readRun(db, seen.run);
    if (run?.state !== seen.state || !isDeepStrictEqual(run.holder, seen.holder)) return false;
    const now = clock.now();
    return takeRun(db, run.run, {
      // From claimed on, no runner that begins only now takes it; an outsider has none.
      state: run.body === 'external' ? run.state : 'running',
      holder: self(),
      startedAt: now,
      leaseUntil: now + LEASE_MS,
    });
  });
}

/** What was seized and did not get its end is as it was: this process may live on, and hold it for ever. */
async function orLetGo(
  context: HouseContext,
  run: RunRecord,
  carryOn: () => Promise<boolean>,
): Promise<boolean> {
  let ended = false;
  try {
    ended = await carryOn();
    return ended;
  } finally {
    if (!ended) letGo(context, run);
  }
}

function letGo({ db }: HouseContext, { run, state, holder, startedAt, leaseUntil }: RunRecord) {
  try {
    transaction(db, () => {
      if (!isDeepStrictEqual(readRun(db, run)?.holder, self())) return;
      takeRun(db, run, { state, holder, startedAt: startedAt ?? 0, leaseUntil });
    });
  } catch {
    // What kept it from its end keeps us from this too, and is told.
  }
}

/** Nobody of the dead runner's children may work on, or the next run would be the second at once. */
async function endRest(run: RunRecord): Promise<number[]> {
  if (run.holder === null || liveness(run.holder) !== 'dead') return [];
  const leader = run.leader ?? run.holder;
  return endGroup(leader, { run: run.run, graceMs: GRACE_MS, sleep });
}

/** Ask a living runner to look at its run's record at once. */
function nudge(run: RunRecord): void {
  if (run.holder === null || run.holder.shared || run.holder.pid === process.pid) return;
  try {
    process.kill(run.holder.pid, 'SIGTERM');
  } catch {
    // It died just now: the next look finds it dead.
  }
}

/** Judge work that nobody of ours supervised, as a runner would; false where `signal` broke that off. */
async function finish(
  context: HouseContext,
  run: RunRecord,
  reported: boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  if (signal?.aborted) return false;
  await endRest(run);
  await abandonRun(context, run);
  const report = reported ? ownReport(context, run) : null;
  if (report === null) {
    const reason = 'the trigger was taken away, and no report was left';
    return endFor(context, run, emptyResult('failed', reason));
  }
  const said = heedReport(
    { ...emptyResult('completed', ''), text: '' },
    report.status,
    report.text,
  );
  const empty = report.text.trim() === '' && said.outcome === 'completed';
  const result = empty
    ? {
        ...said,
        outcome: 'failed' as const,
        reason: 'the report is empty, so nothing shows that it worked',
      }
    : said;
  if (result.outcome !== 'completed') return endFor(context, run, result);
  const supervision = { sleep, nudge: () => {} };
  const verify = () => proved(context, run, jobOf(run), result, supervision, signal);
  const proven = await verifiedOrBlocked(context, run, result, verify);
  return signal?.aborted ? false : endFor(context, run, proven);
}
