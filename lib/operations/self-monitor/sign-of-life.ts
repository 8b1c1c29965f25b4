import type { House } from '../../houses/household.ts';
import { liveness } from '../../platform/identity.ts';
import { readHolder } from '../../platform/lock.ts';
import { readHeartbeat } from '../heartbeat/store.ts';
import { lastFired } from '../last-fired.ts';

/** Older than this, a heartbeat tells of nobody any more (the founding documents' measure). */
const LIFE_MS = 20 * 60_000;

/**
 * Whether a house that has no gateway lives: it is watched, its heart beat, or cron fired its
 * dispatch or monitor a short while ago. self-monitor's own firing is none: that one looks.
 */
export function showsLife(house: House, now: number): boolean {
  const watcher = readHolder(house.paths.watcherLock);
  if (watcher !== null && liveness(watcher.identity) === 'alive') return true;
  const beat = Date.parse(readHeartbeat(house.paths.heartbeat)?.time ?? '');
  const fired = (['dispatch', 'task-monitor'] as const).map((job) => lastFired(house, job) ?? 0);
  return [beat, ...fired].some((time) => Math.abs(now - time) <= LIFE_MS);
}
