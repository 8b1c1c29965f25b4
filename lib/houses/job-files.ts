import { join } from 'node:path';
import type { HousePaths } from './paths.ts';
import type { ScheduledJob } from './settings.ts';

/** Every job of a schedule, in the order that crontabs and units list them. */
export const JOBS: readonly ScheduledJob[] = [
  'dispatch',
  'task-monitor',
  'self-monitor',
  'progress-report',
  'heartbeat',
  'checkpoint',
];

/** What `scripts/tick.sh` keeps of one job of a house; all absolute. */
export interface JobFiles {
  folder: string;
  /** Touched at each firing, before anything else. */
  fired: string;
  /** The exit code of the last run, written at its end. */
  exit: string;
  /** Touched at each end with exit code 0. */
  ok: string;
  log: string;
  /** Its time is until when the job has nothing to do, if no file changes. */
  quiet: string;
  /** Its time is when the last look began, or before: what a tick may find is newer. */
  since: string;
  /** Queue, work and completed, a line each, where they don't stand in the usual places; else empty. */
  places: string;
}

export function jobFiles({ logs }: HousePaths, job: ScheduledJob): JobFiles {
  const folder = join(logs, 'cron');
  return {
    folder,
    fired: join(folder, `${job}.fired`),
    exit: join(folder, `${job}.exit`),
    ok: join(folder, `${job}.ok`),
    log: join(folder, `${job}.log`),
    quiet: join(folder, `.${job}.quiet`),
    since: join(folder, `.${job}.since`),
    places: join(folder, `.${job}.places`),
  };
}
