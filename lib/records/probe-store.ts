import type { DatabaseSync } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';

/** One sample. Services by their name, a house as `wizard:<name>`. */
export function recordProbe(db: DatabaseSync, time: number, name: string, up: boolean): void {
  prepare(db, 'INSERT INTO probes (time, name, up) VALUES (?, ?, ?)').run(time, name, up ? 1 : 0);
}

export interface Uptime {
  /** 0 to 1, of the samples; null where there is none. What ran while nobody looked is not in it. */
  share: number | null;
  probes: number;
  /** 0 to 1, of the time since then or since the first sample there is; null where there is none. */
  seen: number | null;
}

/** How far apart samples are where nothing tells: self-monitor's own schedule. */
const USUAL_MS = 5 * 60_000;

/**
 * How much of its samples since then (milliseconds since the epoch) found it up, and how much of the
 * time they stand for: each for the time until the next, or twice their usual distance at most.
 */
export function uptime(db: DatabaseSync, name: string, since: number, now: number): Uptime {
  const rows = prepare(
    db,
    'SELECT time, up FROM probes WHERE name = ? AND time BETWEEN ? AND ? ORDER BY time',
  ).all(name, since, now);
  const times = rows.map((row) => Number(row['time']));
  const [first] = times;
  if (first === undefined) return { share: null, probes: 0, seen: null };
  const share = rows.filter((row) => row['up'] === 1).length / rows.length;
  const begin = sampledBefore(db, name, since) ? since : first;
  const gaps = distances(times).sort((a, b) => a - b);
  const most = 2 * (gaps[Math.floor((gaps.length - 1) / 2)] || USUAL_MS);
  const seen = distances([begin, ...times, now]).reduce((sum, gap) => sum + Math.min(gap, most), 0);
  return { share, probes: rows.length, seen: now > begin ? seen / (now - begin) : 1 };
}

const distances = (times: readonly number[]): number[] =>
  times.slice(1).map((time, at) => time - (times[at] ?? time));

function sampledBefore(db: DatabaseSync, name: string, since: number): boolean {
  const earlier = 'SELECT 1 FROM probes WHERE name = ? AND time < ? LIMIT 1';
  return prepare(db, earlier).get(name, since) !== undefined;
}

/** When it was last sampled; null: never. */
export function lastProbe(db: DatabaseSync, name: string): number | null {
  const row = prepare(db, 'SELECT max(time) AS time FROM probes WHERE name = ?').get(name);
  return (row?.['time'] as number | null) ?? null;
}

/** Drop samples older than `before`. */
export function pruneProbes(db: DatabaseSync, before: number): void {
  prepare(db, 'DELETE FROM probes WHERE time < ?').run(before);
}
