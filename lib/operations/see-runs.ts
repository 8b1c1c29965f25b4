import { closeSync, fstatSync, statSync } from 'node:fs';
import { reportPath, triggerPath } from '../houses/paths.ts';
import { liveness } from '../platform/identity.ts';
import { hasWriter } from '../platform/native.ts';
import { openPlain, readPlain } from '../platform/plain-file.ts';
import { parseReport, type ReportHeader } from '../queue/report.ts';
import { parseTrigger } from '../queue/trigger.ts';
import type { RunRecord } from '../records/run.ts';
import type { HouseContext } from './context.ts';
import type { RunSight } from './plan-runs.ts';

/** An agent removes its trigger after it wrote the report; one that does it before gets so long. */
export const TRIGGER_GRACE_MS = 5000;

/** A report larger than this is read no further; the file stays as it is. */
const REPORT_BYTES = 4 * 1024 * 1024;

/** A task is at most 256 KB (lib/queue/brief.ts); its trigger adds the contract. */
const TRIGGER_BYTES = 1024 * 1024;

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
  if (isBeingWritten(path, context.clock.now())) return null;
  const bytes = readPlain(path, REPORT_BYTES);
  if (bytes === null) return null;
  const report = parseReport(bytes.toString('utf8'));
  if (report.run !== null && report.run !== run.run) return null;
  return report;
}

/** What is no file is a report that says nothing. */
export function readReport(path: string): ReportHeader {
  return parseReport(readPlain(path, REPORT_BYTES)?.toString('utf8') ?? '');
}

/** null where it is no file. */
export function readTriggerText(path: string): string | null {
  return readPlain(path, TRIGGER_BYTES)?.toString('utf8') ?? null;
}

/** What a trigger says; null where it is no trigger of ours. */
export function readTrigger(path: string): ReturnType<typeof parseTrigger> {
  const text = readTriggerText(path);
  return text === null ? null : parseTrigger(text);
}

/** Removed by name only where it is this run's: a trigger of another run is not ours to take. */
export function ownTrigger(path: string, run: string): boolean {
  return readTrigger(path)?.run === run;
}

export function isBeingWritten(path: string, now: number): boolean {
  const file = openPlain(path);
  if (file === null) return false;
  try {
    const writer = hasWriter(file);
    const age = now - Math.floor(fstatSync(file).mtimeMs);
    return writer ?? (age >= 0 && age < 1000);
  } finally {
    closeSync(file);
  }
}
