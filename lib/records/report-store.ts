import type { DatabaseSync } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';

/** A file of `completed/` that was accounted for: accepted, or there before Robed was. */
export interface SeenReport {
  /** Inode, size and mtime, so that a changed file shows without being read. */
  stamp: string;
  run: string | null;
}

export function readSeenReports(db: DatabaseSync): Map<string, SeenReport> {
  const rows = prepare(db, 'SELECT file, stamp, run FROM reports').all();
  return new Map(
    rows.map((row) => [
      row['file'] as string,
      { stamp: row['stamp'] as string, run: row['run'] as string | null },
    ]),
  );
}

export function readSeenReport(db: DatabaseSync, file: string): SeenReport | null {
  const row = prepare(db, 'SELECT stamp, run FROM reports WHERE file = ?').get(file);
  return row ? { stamp: row['stamp'] as string, run: row['run'] as string | null } : null;
}

export function markReportSeen(db: DatabaseSync, file: string, seen: SeenReport): void {
  prepare(db, 'INSERT OR REPLACE INTO reports (file, stamp, run) VALUES (?, ?, ?)').run(
    file,
    seen.stamp,
    seen.run,
  );
}

export function forgetReport(db: DatabaseSync, file: string): void {
  prepare(db, 'DELETE FROM reports WHERE file = ?').run(file);
}
