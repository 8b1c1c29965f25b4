import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { archivedReportPath, reportPath, triggerPath } from '../houses/paths.ts';
import { writeUnsynced } from '../platform/atomic-write.ts';
import { ensureDirectory, moveFile, removeIfExists } from '../platform/files.ts';
import { transaction } from '../platform/sqlite.ts';
import { renderReport } from '../queue/report.ts';
import { recordEvent } from '../records/event-store.ts';
import { forgetReport, markReportSeen, readSeenReport } from '../records/report-store.ts';
import type { RunRecord } from '../records/run.ts';
import { readEndedRuns, settleRun } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { jobOf, stampOf } from './job.ts';
import { ownTrigger, readReport } from './see-runs.ts';

/** So many in one transaction: whoever waits for the database waits no longer than for these. */
const AT_ONCE = 200;

/**
 * Bring the files after ended runs: their reports into completed/, their triggers out of work/. May
 * be repeated at any point. Holds the database's write lock, so that no later run's report comes in
 * between. Returns the runs that it settled, oldest first.
 */
export function settleRuns(context: HouseContext): RunRecord[] {
  const { db, house } = context;
  const settled: RunRecord[] = [];
  const someOfThem = (): RunRecord[] => {
    const ended = readEndedRuns(db, AT_ONCE);
    // A run that has ended gets no trigger any more: whichever stands, stands in this list.
    const triggers = new Set(ended.length > 0 ? readdirSync(house.paths.work) : []);
    for (const run of ended) settle(context, run, triggers);
    return ended;
  };
  if (readEndedRuns(db, 1).length === 0) return settled;
  let some: RunRecord[];
  do {
    some = transaction(db, someOfThem);
    settled.push(...some);
  } while (some.length === AT_ONCE);
  return settled;
}

/**
 * A lost run leaves no report, since the next one will write it. The report's text is in the record,
 * which is on disk: what a power cut takes of it is written again (after-boot.ts).
 */
function settle(context: HouseContext, run: RunRecord, triggers: ReadonlySet<string>): void {
  const { db, house } = context;
  const path = reportPath(house.paths, run.task);
  const { result } = run;
  if (result !== null && result.outcome !== 'lost') {
    if (isStrange(context, path, run)) quarantine(context, path, 'another run wrote it');
    writeUnsynced(path, renderReport(run, jobOf(run).title, result));
  }
  const trigger = triggerPath(house.paths, run.task);
  if (triggers.has(basename(trigger)) && ownTrigger(trigger, run.run)) removeIfExists(trigger);
  const stamp = stampOf(path);
  if (stamp !== null) markReportSeen(db, basename(path), { stamp, run: run.run });
  settleRun(db, run.run);
}

/** Make room for a run's report: the one before it goes to archive/<ID>/<its run>.txt. */
export function archivePreviousReport(context: HouseContext, task: string): void {
  const { db, house } = context;
  const path = reportPath(house.paths, task);
  if (!existsSync(path)) return;
  const seen = readSeenReport(db, basename(path));
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
function isStrange({ db }: HouseContext, path: string, run: RunRecord): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return false;
  // Written through a link, a report could replace any file.
  if (!there.isFile()) return true;
  if (readSeenReport(db, basename(path))?.stamp === stampOf(path)) return false;
  const report = readReport(path);
  return report.run !== run.run && !(report.run === null && run.agent);
}

/** `a.txt`, `a.2.txt`, …: nothing that is kept is ever overwritten. */
function freeName(path: string): string {
  const { dir, name, ext } = parse(path);
  const isTaken = () => lstatSync(free, { throwIfNoEntry: false }) !== undefined;
  let free = path;
  for (let n = 2; isTaken(); n++) free = join(dir, `${name}.${n}${ext}`);
  return free;
}
