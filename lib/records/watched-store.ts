import type { DatabaseSync } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';
import type { Watched } from './watched.ts';

/** What is kept of one thing under watch; null: it was never looked at. */
export function readWatched(db: DatabaseSync, name: string): Watched | null {
  const row = prepare(db, 'SELECT * FROM watched WHERE name = ?').get(name);
  return row ? fromRow(row) : null;
}

export function writeWatched(db: DatabaseSync, watched: Watched): void {
  const { name, state, since, probedAt, restarts, nextTry, detail } = watched;
  prepare(
    db,
    `INSERT INTO watched (name, state, since, probed_at, restarts, next_try, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET state = excluded.state, since = excluded.since,
       probed_at = excluded.probed_at, restarts = excluded.restarts,
       next_try = excluded.next_try, detail = excluded.detail`,
  ).run(name, state, since, probedAt, restarts, nextTry, detail);
}

function fromRow(row: Record<string, unknown>): Watched {
  return {
    name: String(row['name']),
    state: row['state'] as Watched['state'],
    since: Number(row['since']),
    probedAt: Number(row['probed_at']),
    restarts: Number(row['restarts']),
    nextTry: row['next_try'] === null ? null : Number(row['next_try']),
    detail: String(row['detail']),
  };
}
