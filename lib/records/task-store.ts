import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Status } from '../core/status.ts';
import { prepare, timesUndone } from '../platform/sqlite.ts';
import type { Spent, TaskRecord } from './task.ts';

type Row = Record<string, SQLOutputValue>;

/** What a connection has read of the tasks, as long as nobody else commits. */
interface Known {
  /** `PRAGMA data_version`: another one where another connection committed. */
  version: number;
  /** Null until they are read. */
  tasks: Map<string, TaskRecord> | null;
  /**
   * What was written here since, by key; null: it is to be read again. It stays until a transaction
   * is over, since that may yet be undone.
   */
  dirty: Map<string, TaskRecord | null>;
  /** Of `timesUndone`: where that has gone on, nothing written is what stands. */
  undone: number;
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
  const version = dataVersion(db);
  const known = knownOf(db);
  if (known.tasks === null || known.version !== version) {
    forget(known);
    known.tasks = readAll(db);
    known.version = version;
  } else refresh(db, known.tasks, known.dirty);
  // What a transaction has written may yet be undone.
  if (!db.isTransaction) known.dirty.clear();
  return new TaskTable(db, known.tasks);
}

/** Digits of an id's number. */
const MOST_DIGITS = 9;

/**
 * Keys that were given, as far as they tell the next id of a series: the live ones, and of archived
 * ids with this prefix, whatever its case, the highest of each length.
 */
export function keysInSeries(db: DatabaseSync, prefix: string): string[] {
  const live = 'SELECT key FROM tasks INDEXED BY live_tasks WHERE archived_at IS NULL';
  const highest = `SELECT key FROM tasks INDEXED BY archived_ids
    WHERE archived_at IS NOT NULL AND length(key) = ?
      AND key COLLATE NOCASE >= ? AND key COLLATE NOCASE < ?
      AND substr(key, ?) NOT GLOB '*[^0-9]*'
    ORDER BY key COLLATE NOCASE DESC LIMIT 1`;
  const rows = prepare(db, live).all();
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const bounds = [`${prefix}0`, `${prefix}:`, prefix.length + 1] as const;
    rows.push(...prepare(db, highest).all(prefix.length + digits, ...bounds));
  }
  return rows.map((row) => row['key'] as string);
}

const dataVersion = (db: DatabaseSync): number =>
  prepare(db, 'PRAGMA data_version').get()?.['data_version'] as number;

function readAll(db: DatabaseSync): Map<string, TaskRecord> {
  const tasks = new Map<string, TaskRecord>();
  const live = 'SELECT * FROM tasks INDEXED BY live_tasks WHERE archived_at IS NULL';
  for (const row of prepare(db, live).iterate()) {
    const task = Object.freeze(fromRow(row));
    tasks.set(task.key, task);
  }
  return tasks;
}

function refresh(db: DatabaseSync, tasks: Map<string, TaskRecord>, dirty: Known['dirty']): void {
  for (const [key, written] of dirty) {
    const task = written ?? readTask(db, key);
    tasks.delete(key);
    if (task?.archivedAt === null) tasks.set(key, Object.freeze(task));
  }
}

function knownOf(db: DatabaseSync): Known {
  let known = KNOWN.get(db);
  if (known === undefined) {
    known = { version: -1, tasks: null, dirty: new Map(), undone: 0 };
    KNOWN.set(db, known);
  }
  if (known.undone !== timesUndone(db)) forget(known);
  known.undone = timesUndone(db);
  return known;
}

/** What was written is to be read again. */
function forget({ dirty }: Known): void {
  for (const key of dirty.keys()) dirty.set(key, null);
}

/** Before the write: one that fails halfway has marked its key all the same. */
function soil(db: DatabaseSync, key: string): void {
  const { dirty } = knownOf(db);
  dirty.delete(key);
  dirty.set(key, null);
}

/**
 * One task, as this connection last read or wrote it where that still holds: the same object, so that
 * who kept it sees at once that nothing changed. Else as it stands.
 */
export function currentTask(db: DatabaseSync, key: string): TaskRecord | null {
  const { tasks, dirty, version } = knownOf(db);
  const task = dirty.has(key) ? dirty.get(key) : tasks?.get(key);
  return task && version === dataVersion(db) ? task : readTask(db, key);
}

export function readTask(db: DatabaseSync, key: string): TaskRecord | null {
  const row = prepare(db, 'SELECT * FROM tasks WHERE key = ?').get(key);
  return row ? fromRow(row) : null;
}

export function writeTask(db: DatabaseSync, task: TaskRecord): void {
  soil(db, task.key);
  // In its place: a replaced row would move to the table's end, and each index with it.
  const isNew = knownOf(db).tasks?.has(task.key) === false;
  const row = [...values(task), task.key, task.archivedAt];
  if (isNew || prepare(db, UPDATE).run(...row).changes === 0) prepare(db, INSERT).run(...row);
  if (task.archivedAt === null) knownOf(db).dirty.set(task.key, Object.freeze({ ...task }));
}

const COLUMNS = `title, text_hash, status, file_status, reason, by_hand, attempts, losses, not_before,
  review, approved_text, held, due_at, last_run, spent, first_seen, finished_at, missing_since,
  deleted_at`;

const UPDATE = `UPDATE tasks SET (${COLUMNS}) = (${'?, '.repeat(18)}?)
  WHERE key = ? AND archived_at IS ?`;

const INSERT = `INSERT OR REPLACE INTO tasks (${COLUMNS}, key, archived_at)
  VALUES (${'?, '.repeat(20)}?)`;

const values = (task: TaskRecord) => [
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
];

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

/**
 * The same task under the id that its entry was given, or the handle that its place gives it now. A
 * task that is gone and had that handle takes the one that is free by it.
 */
export function renameTask(db: DatabaseSync, from: string, to: string): void {
  soil(db, from);
  soil(db, to);
  const isTaken = [from, to].every((key) => readTask(db, key) !== null);
  if (isTaken) rekey(db, to, '');
  rekey(db, from, to);
  if (isTaken) rekey(db, '', from);
}

function rekey(db: DatabaseSync, from: string, to: string): void {
  prepare(db, 'UPDATE tasks SET key = ? WHERE key = ?').run(to, from);
  prepare(db, 'UPDATE runs SET task = ? WHERE task = ?').run(to, from);
  prepare(db, 'UPDATE messages SET task = ? WHERE task = ?').run(to, from);
}
