import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { reportPath, triggerPath } from '../houses/paths.ts';
import { liveness } from '../platform/identity.ts';
import { hasWriter } from '../platform/native.ts';
import { parseReport, type ReportHeader } from '../queue/report.ts';
import { parseTrigger } from '../queue/trigger.ts';
import type { RunRecord } from '../records/run.ts';
import type { HouseContext } from './context.ts';
import type { RunSight } from './plan-runs.ts';

/** An agent removes its trigger after it wrote the report; one that does it before gets so long. */
export const TRIGGER_GRACE_MS = 5000;

/** A report larger than this is read no further; the file stays as it is. */
const REPORT_BYTES = 4 * 1024 * 1024;

/** Look at what the files and the process table say of one live run. */
export function seeRun(context: HouseContext, run: RunRecord): RunSight {
  const { house, clock } = context;
  const trigger = ownTrigger(triggerPath(house.paths, run.task), run.run);
  const report = ownReport(context, run);
  const workAge = clock.now() - Math.floor(statSync(house.paths.work).mtimeMs);
  return {
    run,
    holder: run.holder === null ? null : liveness(run.holder),
    trigger,
    triggerJustGone: !trigger && workAge >= 0 && workAge < TRIGGER_GRACE_MS,
    report: report && { named: report.run === run.run },
  };
}

/**
 * The report that an agent left for a live run: it names the run, or names none. null where there
 * is none, where it is another run's, or where somebody is still writing it.
 */
export function ownReport(context: HouseContext, run: RunRecord): ReportHeader | null {
  const path = reportPath(context.house.paths, run.task);
  if (!existsSync(path) || isBeingWritten(path, context.clock.now())) return null;
  const report = readReport(path);
  if (report.run !== null && report.run !== run.run) return null;
  return report;
}

/** Throws where the file went away. */
export function readReport(path: string): ReportHeader {
  const text = readFileSync(path);
  return parseReport(text.subarray(0, REPORT_BYTES).toString('utf8'));
}

/** Removed by name only where it is this run's: a trigger of another run is not ours to take. */
export function ownTrigger(path: string, run: string): boolean {
  if (!existsSync(path)) return false;
  return parseTrigger(readFileSync(path, 'utf8'))?.run === run;
}

export function isBeingWritten(path: string, now: number): boolean {
  const file = openSync(path, 'r');
  try {
    const writer = hasWriter(file);
    const age = now - Math.floor(statSync(path).mtimeMs);
    return writer ?? (age >= 0 && age < 1000);
  } finally {
    closeSync(file);
  }
}
