import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Status } from '../core/status.ts';
import { prepare } from '../platform/sqlite.ts';
import type { Spent, TaskRecord } from './task.ts';

type Row = Record<string, SQLOutputValue>;

export function readTasks(db: DatabaseSync): Map<string, TaskRecord> {
  const tasks = new Map<string, TaskRecord>();
  for (const row of prepare(db, 'SELECT * FROM tasks').iterate()) {
    const task = fromRow(row);
    tasks.set(task.key, task);
  }
  return tasks;
}

export function readTask(db: DatabaseSync, key: string): TaskRecord | null {
  const row = prepare(db, 'SELECT * FROM tasks WHERE key = ?').get(key);
  return row ? fromRow(row) : null;
}

export function writeTask(db: DatabaseSync, task: TaskRecord): void {
  prepare(
    db,
    `INSERT OR REPLACE INTO tasks (key, title, text_hash, status, file_status, reason, by_hand, attempts, losses,
       not_before, review, approved_text, held, due_at, last_run, spent, first_seen, finished_at,
       missing_since, deleted_at, archived_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    task.key,
    task.title,
    task.textHash,
    task.status,
    task.fileStatus,
    task.reason,
    Number(task.byHand),
    task.attempts,
    task.losses,
    task.notBefore,
    task.review,
    task.approvedText,
    Number(task.held),
    task.dueAt,
    task.lastRun,
    JSON.stringify(task.spent),
    task.firstSeen,
    task.finishedAt,
    task.missingSince,
    task.deletedAt,
    task.archivedAt,
  );
}

function fromRow(row: Row): TaskRecord {
  return {
    key: row['key'] as string,
    title: row['title'] as string,
    textHash: row['text_hash'] as string,
    status: row['status'] as Status,
    fileStatus: row['file_status'] as string | null,
    reason: row['reason'] as string | null,
    byHand: row['by_hand'] === 1,
    attempts: row['attempts'] as number,
    losses: row['losses'] as number,
    notBefore: row['not_before'] as number | null,
    review: row['review'] as TaskRecord['review'],
    approvedText: row['approved_text'] as string | null,
    held: row['held'] === 1,
    dueAt: row['due_at'] as number | null,
    lastRun: row['last_run'] as string | null,
    spent: JSON.parse(row['spent'] as string) as Spent,
    firstSeen: row['first_seen'] as number,
    finishedAt: row['finished_at'] as number | null,
    missingSince: row['missing_since'] as number | null,
    deletedAt: row['deleted_at'] as number | null,
    archivedAt: row['archived_at'] as number | null,
  };
}

/** The same task under the id that its entry was given. */
export function renameTask(db: DatabaseSync, from: string, to: string): void {
  prepare(db, 'UPDATE tasks SET key = ? WHERE key = ?').run(to, from);
  prepare(db, 'UPDATE runs SET task = ? WHERE task = ?').run(to, from);
  prepare(db, 'UPDATE messages SET task = ? WHERE task = ?').run(to, from);
}
