import type { DatabaseSync } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';

/** Something between a person's save and the machine's record that a person has to settle. */
export interface Conflict {
  id: number;
  /** Stable, kebab-case: `stale-save`, `finished-work`, … see docs/saves.md. */
  code: string;
  task: string | null;
  message: string;
  data: Record<string, unknown>;
  openedAt: number;
}

export type NewConflict = Pick<Conflict, 'code' | 'task' | 'message'> & {
  data?: Record<string, unknown>;
};

export function readOpenConflicts(db: DatabaseSync): Conflict[] {
  return prepare(db, 'SELECT * FROM conflicts WHERE settled_at IS NULL ORDER BY id')
    .all()
    .map((row) => ({
      id: row['id'] as number,
      code: row['code'] as string,
      task: row['task'] as string | null,
      message: row['message'] as string,
      data: JSON.parse(row['data'] as string) as Record<string, unknown>,
      openedAt: row['opened_at'] as number,
    }));
}

/** False where the same conflict about the same task is open already; its message is renewed. */
export function openConflict(db: DatabaseSync, now: number, conflict: NewConflict): boolean {
  const data = JSON.stringify(conflict.data ?? {});
  const renewed = prepare(
    db,
    "UPDATE conflicts SET message = ?, data = ? WHERE code = ? AND ifnull(task, '') = ? AND settled_at IS NULL",
  ).run(conflict.message, data, conflict.code, conflict.task ?? '');
  if (renewed.changes > 0) return false;
  prepare(
    db,
    'INSERT INTO conflicts (code, task, message, data, opened_at) VALUES (?, ?, ?, ?, ?)',
  ).run(conflict.code, conflict.task, conflict.message, data, now);
  return true;
}

export function settleConflict(db: DatabaseSync, now: number, id: number): void {
  prepare(db, 'UPDATE conflicts SET settled_at = ? WHERE id = ?').run(now, id);
}
