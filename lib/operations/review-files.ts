import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reportPath, triggerPath } from '../houses/paths.ts';
import { abandonedSwaps } from '../platform/exchange.ts';
import { removeIfExists } from '../platform/files.ts';
import { readSnapshot } from '../platform/snapshot.ts';
import { transaction } from '../platform/sqlite.ts';
import { sweepTemporaries } from '../platform/temp-files.ts';
import { readVersions } from '../queue/history-store.ts';
import { renderReport } from '../queue/report.ts';
import { isAside, type Version } from '../queue/version.ts';
import { markReportSeen, readSeenReports } from '../records/report-store.ts';
import type { RunRecord } from '../records/run.ts';
import { readOpenRuns, readRun, reviseResult } from '../records/run-store.ts';
import type { HouseContext, RebuiltTask } from './context.ts';
import { isFoundReport, isFoundTrigger, settleFoundTriggers } from './found-triggers.ts';
import { jobOf, stampOf } from './job.ts';
import { historyOf } from './kept-history.ts';
import { isBeingWritten, readReport, readTrigger } from './see-runs.ts';
import { quarantine } from './settle-run.ts';
import { keepSuperseded, putSaveBack } from './write-queue.ts';

/**
 * Look at every report that is new or changed: a live run's is left to it, what Robed wrote itself
 * is noted, any other goes to quarantine and changes nothing.
 */
export function reviewReports(context: HouseContext, tell: (action: string) => void): boolean {
  const { db, house, clock } = context;
  const seen = readSeenReports(db);
  let changed = false;
  for (const file of readdirSync(house.paths.completed)) {
    if (!file.endsWith('.txt') || file.startsWith('.')) continue;
    const path = join(house.paths.completed, file);
    const stamp = stampOf(path);
    if (stamp === null || seen.get(file)?.stamp === stamp) continue;
    if (isBeingWritten(path, clock.now())) continue;
    const { run } = readReport(path);
    if (!isStranger(context, file, stamp, run)) continue;
    // First: a crash before the move leaves a report that is due again, not one that is gone.
    putReportBack(context, seen.get(file)?.run ?? null);
    // Under the lock that settling takes: a report that came true meanwhile stays.
    changed ||= transaction(db, () => {
      if (stampOf(path) !== stamp) return false;
      const nobody = run === null ? 'it names no run, and none waits for it' : null;
      if (!quarantine(context, path, nobody ?? `no live run is called ${run}`)) return false;
      tell(`quarantined ${file}`);
      return true;
    });
  }
  return changed;
}

/** No live run's report, nor one that Robed wrote; such a one is noted. */
function isStranger(
  context: HouseContext,
  file: string,
  stamp: string,
  run: string | null,
): boolean {
  const { db, house } = context;
  return transaction(db, () => {
    const isOfFile = (task: string) => basename(reportPath(house.paths, task)) === file;
    const live = readOpenRuns(db).find((one) => isOfFile(one.task));
    // It may yet turn out to be the live run's; what names another run never will.
    if (live && (live.state === 'ended' || run === null || run === live.run)) return false;
    const named = run === null ? null : readRun(db, run);
    const settled = named?.state === 'settled' && isOfFile(named.task) ? named : null;
    if (settled && isAsWritten(join(house.paths.completed, file), settled)) {
      markReportSeen(db, file, { stamp, run });
      return false;
    }
    if (run === null && live === undefined && isFoundReport(context, file)) {
      markReportSeen(db, file, { stamp, run });
      return false;
    }
    return readSeenReports(db).get(file)?.stamp !== stamp;
  });
}

/** Byte for byte what Robed writes of this run. */
function isAsWritten(path: string, run: RunRecord): boolean {
  if (run.result === null) return false;
  const text = readSnapshot(path)?.bytes.toString('utf8');
  return text === renderReport(run, jobOf(run).title, run.result);
}

/** The true report of a settled run, rendered again where something else took its place. */
function putReportBack(context: HouseContext, name: string | null): void {
  if (name === null) return;
  const run = readRun(context.db, name);
  if (run?.state === 'settled' && run.result) reviseResult(context.db, name, run.result);
}

/** Remove triggers of runs that are over, quarantine those of none, and sweep what the dead left. */
export function sweepWork(context: HouseContext, tell: (action: string) => void): boolean {
  const { db, house } = context;
  let changed = false;
  const { paths } = house;
  for (const file of readdirSync(paths.work)) {
    const path = join(paths.work, file);
    if (!file.endsWith('.active') || !isLeftTrigger(context, path)) continue;
    if (isFoundTrigger(context, path)) continue;
    // Looked at again under the lock that claiming and settling take: it may be another's by now.
    if (transaction(db, () => isLeftTrigger(context, path) && sweepTrigger(context, path, tell))) {
      changed = true;
    }
  }
  settleFoundTriggers(context);
  for (const folder of [
    paths.house,
    paths.home,
    paths.work,
    paths.completed,
    paths.history,
    paths.archive,
    paths.inbox,
    dirname(paths.queue),
  ]) {
    sweepTemporaries(folder);
  }
  return takeAbandonedSaves(context, tell) || changed;
}

/** A trigger that is there, and is not that of an open run. */
function isLeftTrigger(context: HouseContext, path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  const run = runOfTrigger(context, path);
  return run === null || run.state === 'settled';
}

function sweepTrigger(
  context: HouseContext,
  path: string,
  tell: (action: string) => void,
): boolean {
  const strange = runOfTrigger(context, path) === null;
  const swept = strange
    ? quarantine(context, path, 'a trigger of no run that is known')
    : removeIfExists(path);
  if (swept)
    tell(`${strange ? 'quarantined the strange' : 'removed the old'} trigger ${basename(path)}`);
  return swept;
}

/** A copy under another task's name is nobody's: it would keep that task from ever being claimed. */
function runOfTrigger({ db, house }: HouseContext, path: string): RunRecord | null {
  const named = readRun(db, readTrigger(path)?.run ?? '');
  return named && triggerPath(house.paths, named.task) === path ? named : null;
}

/** A process died between displacing a file and looking at it: what it displaced may be a save. */
function takeAbandonedSaves(context: HouseContext, tell: (action: string) => void): boolean {
  const swaps = abandonedSwaps(dirname(context.house.paths.queue));
  if (swaps.length === 0) return false;
  const versions = readVersions(historyOf(context));
  const known = new Set(versions.filter((one) => !isAside(one)).map((one) => one.hash));
  for (const swap of swaps) {
    const found = readSnapshot(swap.path);
    if (found !== null && !known.has(found.hash)) {
      if (isSavedSince(versions, swap.displaces)) keepSuperseded(context, found.bytes);
      else putSaveBack(context, found.bytes);
      tell('took in a save that a process died over');
    }
    removeIfExists(swap.path);
  }
  return true;
}

/** Is there a newer save than what was, or might have been, written into the displaced version? */
function isSavedSince(versions: readonly Version[], displaced: string | null): boolean {
  if (displaced === null) return false;
  const from = versions.findLast(({ hash }) => hash.startsWith(displaced))?.seq ?? Infinity;
  return versions.some((one) => one.by === 'person' && !isAside(one) && one.seq > from);
}

/** Reports that were there before these records are nobody's to judge; what they tell is used. */
export function acceptReportsAsTheyStand(context: HouseContext): Map<string, RebuiltTask> {
  const { db, house } = context;
  const told = new Map<string, RebuiltTask>();
  for (const file of readdirSync(house.paths.completed)) {
    const path = join(house.paths.completed, file);
    const stamp = stampOf(path);
    if (!file.endsWith('.txt') || stamp === null) continue;
    const { run, task, fence, attempt, status } = readReport(path);
    markReportSeen(db, file, { stamp, run });
    if (run !== null && task !== null) told.set(task, { run, fence, attempt, status });
  }
  return told;
}
