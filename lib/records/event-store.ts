import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';
import type { NewEvent, RecordedEvent } from './event.ts';

export function recordEvent(db: DatabaseSync, now: number, event: NewEvent): void {
  prepare(
    db,
    'INSERT INTO events (time, type, task, run, attempt, data) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(
    now,
    event.type,
    event.task ?? null,
    event.run ?? null,
    event.attempt ?? null,
    JSON.stringify(event.data ?? {}),
  );
}

export interface EventQuery {
  /** Only events with a greater id. */
  after?: number;
  task?: string;
  type?: string;
  /** Milliseconds since the epoch. */
  since?: number;
  /** The newest so many, still oldest first. */
  last?: number;
}

/** Events, oldest first. */
export function readEvents(db: DatabaseSync, query: EventQuery = {}): RecordedEvent[] {
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add('id > ?', query.after);
  add('task = ?', query.task);
  add('type = ?', query.type);
  add('time >= ?', query.since);
  const filter = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
  const newest = query.last === undefined ? '' : 'DESC LIMIT ?';
  if (query.last !== undefined) values.push(query.last);
  const rows = prepare(db, `SELECT * FROM events ${filter} ORDER BY id ${newest}`).all(...values);
  const events = rows.map(fromRow);
  return query.last === undefined ? events : events.reverse();
}

/** Drop events older than `before` (milliseconds since the epoch). */
export function pruneEvents(db: DatabaseSync, before: number): void {
  prepare(db, 'DELETE FROM events WHERE time < ?').run(before);
}

function fromRow(row: Record<string, unknown>): RecordedEvent {
  return {
    id: Number(row['id']),
    time: Number(row['time']),
    type: String(row['type']),
    task: row['task'] as string | null,
    run: row['run'] as string | null,
    attempt: row['attempt'] as number | null,
    data: JSON.parse(String(row['data'])) as Record<string, unknown>,
  };
}
