import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { archivedReportPath, reportPath, triggerPath } from '../houses/paths.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { ensureDirectory, moveFile, removeIfExists } from '../platform/files.ts';
import { transaction } from '../platform/sqlite.ts';
import { renderReport } from '../queue/report.ts';
import { recordEvent } from '../records/event-store.ts';
import {
  forgetReport,
  markReportSeen,
  readSeenReports,
  type SeenReport,
} from '../records/report-store.ts';
import type { RunRecord } from '../records/run.ts';
import { readRun, settleRun } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { jobOf, stampOf } from './job.ts';
import { ownTrigger, readReport } from './see-runs.ts';

/** So many in one transaction: whoever waits for the database waits no longer than for these. */
const AT_ONCE = 50;

/**
 * Bring the files after ended runs: their reports into completed/, their triggers out of work/. May
 * be repeated at any point. Holds the database's write lock, so that no later run's report comes in
 * between.
 */
export function settleRuns(context: HouseContext, ended: readonly RunRecord[]): void {
  const { db } = context;
  for (let at = 0; at < ended.length; at += AT_ONCE) {
    transaction(db, () => {
      const seen = readSeenReports(db);
      for (const { run } of ended.slice(at, at + AT_ONCE)) settle(context, readRun(db, run), seen);
    });
  }
}

/**
 * A lost run leaves no report, since the next one will write it. The report's text is in the record,
 * which is on disk: what a power cut takes of it is written again (after-boot.ts).
 */
function settle(
  context: HouseContext,
  run: RunRecord | null,
  seen: ReadonlyMap<string, SeenReport>,
): void {
  const { db, house } = context;
  if (run?.state !== 'ended') return;
  const { result } = run;
  const path = reportPath(house.paths, run.task);
  if (result !== null && result.outcome !== 'lost') {
    if (isStrange(path, run, seen)) quarantine(context, path, 'another run wrote it');
    const text = renderReport(run, jobOf(run).title, result);
    writeAtomic(path, text, { durable: false });
  }
  const trigger = triggerPath(house.paths, run.task);
  if (ownTrigger(trigger, run.run)) removeIfExists(trigger);
  const stamp = stampOf(path);
  if (stamp !== null) markReportSeen(db, basename(path), { stamp, run: run.run });
  settleRun(db, run.run);
}

/** Make room for a run's report: the one before it goes to archive/<ID>/<its run>.txt. */
export function archivePreviousReport(context: HouseContext, task: string): void {
  const { db, house } = context;
  const path = reportPath(house.paths, task);
  if (!existsSync(path)) return;
  const seen = readSeenReports(db).get(basename(path));
  const name = seen?.run ?? readReport(path).run ?? 'earlier';
  const target = freeName(archivedReportPath(house.paths, task, name));
  ensureDirectory(dirname(target), 0o700);
  moveFile(path, target);
  forgetReport(db, basename(path));
}

/**
 * A report that no live run owns is kept where nothing reads it, and told. False where it went away
 * by itself.
 */
export function quarantine(context: HouseContext, path: string, reason: string): boolean {
  const { db, clock, house } = context;
  const target = freeName(join(house.paths.quarantine, basename(path)));
  try {
    moveFile(path, target);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  transaction(db, () => {
    forgetReport(db, basename(path));
    recordEvent(db, clock.now(), {
      type: 'report.quarantined',
      data: { file: basename(path), kept: basename(target), reason },
    });
  });
  return true;
}

/** Written by something else than this run or what Robed wrote itself. */
function isStrange(
  path: string,
  run: RunRecord,
  reports: ReadonlyMap<string, SeenReport>,
): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return false;
  // Written through a link, a report could replace any file.
  if (!there.isFile()) return true;
  const seen = reports.get(basename(path));
  if (seen && seen.stamp === stampOf(path)) return false;
  const report = readReport(path);
  return report.run !== run.run && !(report.run === null && run.agent);
}

/** `a.txt`, `a.2.txt`, …: nothing that is kept is ever overwritten. */
function freeName(path: string): string {
  const dot = path.lastIndexOf('.');
  let name = path;
  for (let n = 2; existsSync(name); n++) name = `${path.slice(0, dot)}.${n}${path.slice(dot)}`;
  return name;
}
