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
}

/** How much of its samples since then (milliseconds since the epoch) found it up. */
export function uptime(db: DatabaseSync, name: string, since: number): Uptime {
  const row = prepare(
    db,
    'SELECT count(*) AS probes, avg(up) AS share FROM probes WHERE name = ? AND time >= ?',
  ).get(name, since);
  return { share: (row?.['share'] as number | null) ?? null, probes: Number(row?.['probes']) };
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
