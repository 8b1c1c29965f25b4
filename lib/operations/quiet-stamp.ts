import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { jobFiles } from '../houses/job-files.ts';
import { housePaths } from '../houses/paths.ts';
import { namesPings } from '../houses/pings.ts';
import type { ScheduledJob } from '../houses/settings.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { removeIfExists } from '../platform/files.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { queueGate } from './gate.ts';
import { candidates } from './plan-claims.ts';
import type { Reconciled } from './reconcile.ts';
import { nextWake, timesOf } from './wake-time.ts';

/** However quiet a house is, so often a tick looks at everything. */
const LONGEST_MS = 3_600_000;

/**
 * Until when time alone gives a tick nothing to do, after one that found nothing; null where it is
 * not quiet: something was done, runs, is ready, or the queue could not be read.
 */
export function quietUntil(context: HouseContext, done: Reconciled): number | null {
  const reading = context.cache.reading;
  if (done.queue !== 'read' || reading === undefined) return null;
  if (done.actions.length > 0 || context.displaced.length > 0) return null;
  const runs = readOpenRuns(context.db);
  if (runs.length > 0) return null;
  const { house, clock } = context;
  // Whoever listens to pings takes a job that is not heard for dead.
  if (namesPings(house.root)) return null;
  const now = clock.now();
  if (candidates(reading, done.tasks, queueGate(house, reading.doc), now).length > 0) return null;
  const workChangedAt = statSync(house.paths.work).mtimeMs;
  const sight = { times: timesOf(reading), tasks: done.tasks, runs, workChangedAt };
  return Math.min(now + LONGEST_MS, nextWake(sight, now) ?? Number.POSITIVE_INFINITY);
}

/**
 * Leave word for `scripts/tick.sh`, which started us, that until then this job needs no Node unless
 * a file changes: queue, triggers, reports, messages, settings, what a person's commands and runners
 * record, or Robed itself. How those stood before we read them tick-work.sh remembered by the places
 * that it found; where they are others, that counts from the next tick on.
 */
export function leaveQuietStamp(context: HouseContext, job: ScheduledJob, until: number): void {
  const { quiet, places, since } = jobFiles(context.house.paths, job);
  const own = ownPlaces(context);
  if (own === null || !tellsSeconds(context, since)) return;
  const known = existsSync(places) ? readFileSync(places, 'utf8') : '';
  if (known !== own) {
    removeIfExists(quiet);
    writeAtomic(places, own);
    return;
  }
  writeAtomic(quiet, '');
  utimesSync(quiet, until / 1000, until / 1000);
}

/**
 * To some shells (busybox) what changed within one second is of the same time. So what changes in the
 * second of our look is to be newer than that; and what is compared with how it stood must not have
 * changed in it, or we look once more.
 */
function tellsSeconds({ house }: HouseContext, since: string): boolean {
  const looked = statSync(since, { throwIfNoEntry: false })?.mtimeMs;
  if (looked === undefined) return false;
  const second = Math.floor(looked / 1000);
  const { queue, settings } = house.paths;
  for (const file of [queue, settings, join(house.root, 'robed.yaml')]) {
    if (Math.floor((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000) === second) {
      return false;
    }
  }
  utimesSync(since, second - 0.001, second - 0.001);
  return true;
}

/** Empty where they are the usual ones; null where a path can't stand on a line. */
function ownPlaces({ house: { paths } }: HouseContext): string | null {
  const usual = housePaths(paths.house);
  const files = [paths.queue, paths.work, paths.completed];
  if (files.join('\n') === [usual.queue, usual.work, usual.completed].join('\n')) return '';
  return files.some((file) => file.includes('\n')) ? null : `${files.join('\n')}\n`;
}
