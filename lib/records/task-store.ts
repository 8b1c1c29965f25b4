import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Status } from '../core/status.ts';
import { prepare } from '../platform/sqlite.ts';
import type { Spent, TaskRecord } from './task.ts';

type Row = Record<string, SQLOutputValue>;

/** What a connection has read of the tasks, as long as nobody else commits. */
interface Known {
  /** `PRAGMA data_version`: another one where another connection committed. */
  version: number;
  /** Null until they are read. */
  tasks: Map<string, TaskRecord> | null;
  /** Keys written here since: read again, and until a transaction is over after each reading. */
  dirty: Set<string>;
}

const KNOWN = new WeakMap<DatabaseSync, Known>();

/**
 * Tasks by key. One that was archived is found by its key like any other, and passed over where all
 * are gone through: a house has ever more of them, and none is looked at for its own sake.
 */
class TaskTable extends Map<string, TaskRecord> {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync, live: ReadonlyMap<string, TaskRecord>) {
    super(live);
    this.#db = db;
  }

  override get(key: string): TaskRecord | undefined {
    return super.get(key) ?? readArchived(this.#db, key);
  }

  override has(key: string): boolean {
    return super.has(key) || readArchived(this.#db, key) !== undefined;
  }
}

function readArchived(db: DatabaseSync, key: string): TaskRecord | undefined {
  const task = readTask(db, key);
  return task?.archivedAt == null ? undefined : task;
}

/**
 * The tasks of a house, in no order to rely on. The map is the caller's, the records are shared and
 * frozen: only rows that changed since the last call are read, whoever changed them.
 */
export function readTasks(db: DatabaseSync): Map<string, TaskRecord> {
  const version = prepare(db, 'PRAGMA data_version').get()?.['data_version'] as number;
  const known = knownOf(db);
  if (known.tasks === null || known.version !== version) {
    known.tasks = readAll(db);
    known.version = version;
  } else refresh(db, known.tasks, known.dirty);
  // What a transaction has written may yet be undone.
  if (!db.isTransaction) known.dirty.clear();
  return new TaskTable(db, known.tasks);
}

/** Every key that was ever given, the archived ones too. */
export function* usedKeys(db: DatabaseSync): Generator<string> {
  for (const row of prepare(db, 'SELECT key FROM tasks').iterate()) yield row['key'] as string;
}

function readAll(db: DatabaseSync): Map<string, TaskRecord> {
  const tasks = new Map<string, TaskRecord>();
  const live = 'SELECT * FROM tasks INDEXED BY live_tasks WHERE archived_at IS NULL';
  for (const row of prepare(db, live).iterate()) {
    const task = Object.freeze(fromRow(row));
    tasks.set(task.key, task);
  }
  return tasks;
}

function refresh(db: DatabaseSync, tasks: Map<string, TaskRecord>, dirty: Set<string>): void {
  for (const key of dirty) {
    const task = readTask(db, key);
    tasks.delete(key);
    if (task?.archivedAt === null) tasks.set(key, Object.freeze(task));
  }
}

function knownOf(db: DatabaseSync): Known {
  let known = KNOWN.get(db);
  if (known === undefined) {
    known = { version: -1, tasks: null, dirty: new Set() };
    KNOWN.set(db, known);
  }
  return known;
}

/** Before the write: one that fails halfway has marked its key all the same. */
function soil(db: DatabaseSync, key: string): void {
  const { dirty } = knownOf(db);
  dirty.delete(key);
  dirty.add(key);
}

export function readTask(db: DatabaseSync, key: string): TaskRecord | null {
  const row = prepare(db, 'SELECT * FROM tasks WHERE key = ?').get(key);
  return row ? fromRow(row) : null;
}

export function writeTask(db: DatabaseSync, task: TaskRecord): void {
  soil(db, task.key);
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
  soil(db, from);
  soil(db, to);
  prepare(db, 'UPDATE tasks SET key = ? WHERE key = ?').run(to, from);
  prepare(db, 'UPDATE runs SET task = ? WHERE task = ?').run(to, from);
  prepare(db, 'UPDATE messages SET task = ? WHERE task = ?').run(to, from);
}
