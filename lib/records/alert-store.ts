import type { DatabaseSync } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';

/** What a sink was last told under one key. */
export interface SentAlert {
  sink: string;
  key: string;
  sentAt: number;
  /** Of the same key since, not sent. */
  held: number;
}

export function readSent(db: DatabaseSync, sink: string, key: string): SentAlert | null {
  const row = prepare(db, 'SELECT * FROM alerts WHERE sink = ? AND key = ?').get(sink, key);
  return row ? { sink, key, sentAt: Number(row['sent_at']), held: Number(row['held']) } : null;
}

/** It was told now; what was held before is told with it. */
export function markSent(db: DatabaseSync, sink: string, key: string, now: number): void {
  prepare(
    db,
    `INSERT INTO alerts (sink, key, sent_at, held) VALUES (?, ?, ?, 0)
     ON CONFLICT (sink, key) DO UPDATE SET sent_at = excluded.sent_at, held = 0`,
  ).run(sink, key, now);
}

/** One more of the same, too soon to be told. */
export function markHeld(db: DatabaseSync, sink: string, key: string): void {
  prepare(db, 'UPDATE alerts SET held = held + 1 WHERE sink = ? AND key = ?').run(sink, key);
}

/** What a sink was last told before `before`, and is owed more of since. */
export function readHeld(db: DatabaseSync, sink: string, before: number): SentAlert[] {
  return prepare(db, 'SELECT * FROM alerts WHERE sink = ? AND held > 0 AND sent_at <= ?')
    .all(sink, before)
    .map((row) => ({
      sink,
      key: String(row['key']),
      sentAt: Number(row['sent_at']),
      held: Number(row['held']),
    }));
}

/** When a sink was last told anything, and how much it is still owed. */
export function summariseSink(
  db: DatabaseSync,
  sink: string,
): { lastSent: number | null; held: number } {
  const row = prepare(
    db,
    "SELECT max(sent_at) AS last, total(held) AS held FROM alerts WHERE sink = ? AND key <> 'alert.failed'",
  ).get(sink);
  return { lastSent: (row?.['last'] as number | null) ?? null, held: Number(row?.['held'] ?? 0) };
}

/** Forget what was told before `before`: it may be told anew by now. */
export function pruneSent(db: DatabaseSync, before: number): void {
  prepare(db, 'DELETE FROM alerts WHERE sent_at < ?').run(before);
}
