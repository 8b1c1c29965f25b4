import { readFileSync, statSync } from 'node:fs';
import type { House } from '../houses/household.ts';
import { jobFiles } from '../houses/job-files.ts';
import type { ScheduledJob } from '../houses/settings.ts';

/** When cron or systemd last fired this job, in milliseconds since the epoch; null: never. */
export const lastFired = ({ paths }: House, job: ScheduledJob): number | null =>
  timeOf(jobFiles(paths, job).fired);

/** How the last run of this job ended; null: none has. */
export function lastExit({ paths }: House, job: ScheduledJob): { code: number; at: number } | null {
  const { exit } = jobFiles(paths, job);
  const at = timeOf(exit);
  if (at === null) return null;
  const code = Number(readFileSync(exit, 'latin1').trim() || Number.NaN);
  return Number.isSafeInteger(code) ? { code, at } : null;
}

/** When a file was last written; null where there is none. */
export function timeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
