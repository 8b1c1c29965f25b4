import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { EXIT, errorCode, UserError } from '../core/errors.ts';
import { step } from './faults.ts';
import { migrate } from './migrations.ts';
import { holdsWriteLock } from './own-lock.ts';

export interface DatabaseOptions {
  /** A folder of `NNN-name.sql`. */
  migrations: string;
  /** FULL: a commit outlives a power cut. NORMAL: it outlives a crash of ours, the last few not a power cut. */
  synchronous: 'FULL' | 'NORMAL';
  /** The file must exist, and have today's schema. */
  readOnly?: boolean;
}

/** A path that names no file: gone when it is closed. */
export const IN_MEMORY = ':memory:';

/** Milliseconds that a statement waits for another process. */
const TIMEOUT = 5000;

// https://www.sqlite.org/rescode.html, primary codes
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
const SQLITE_PROTOCOL = 15;
const BROKEN: readonly number[] = [SQLITE_CORRUPT, SQLITE_CANTOPEN, SQLITE_PROTOCOL, SQLITE_NOTADB];

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** Opens (and makes, 0600) a database in WAL mode with today's schema. Throws UserError where it can't serve. */
export function openDatabase(path: string, options: DatabaseOptions): DatabaseSync {
  const { readOnly = false, synchronous, migrations } = options;
  const file = path !== IN_MEMORY;
  if (!readOnly && file) createPrivate(path);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly, timeout: TIMEOUT });
    if (!readOnly && file) useWal(db);
    db.exec(`PRAGMA synchronous = ${synchronous}`);
    migrate(db, { path, directory: migrations, readOnly });
    return db;
  } catch (error) {
    db?.close();
    throw explain(error, path);
  }
}

/**
 * Runs `fn` in a BEGIN IMMEDIATE transaction: committed when it returns, undone when it throws.
 * Inside another one it is a savepoint of that. `fn` is synchronous.
 */
export function transaction<T>(db: DatabaseSync, fn: () => T): T {
  const nested = db.isTransaction;
  begin(db, nested);
  try {
    const result = fn();
    if (result instanceof Promise) throw new TypeError('a transaction must not be asynchronous');
    if (!nested) step('commit', db.location() ?? '');
    db.exec(nested ? 'RELEASE nested' : 'COMMIT');
    return result;
  } catch (error) {
    UNDONE.set(db, timesUndone(db) + 1);
    // A full disk, among others, has rolled back by itself.
    if (db.isTransaction) db.exec(nested ? 'ROLLBACK TO nested; RELEASE nested' : 'ROLLBACK');
    throw error;
  }
}

const UNDONE = new WeakMap<DatabaseSync, number>();

/** How often something that this connection wrote was undone: what it remembers of it is void then. */
export const timesUndone = (db: DatabaseSync): number => UNDONE.get(db) ?? 0;

/** The prepared statement of `sql`, made once a connection. Don't keep one while iterating it. */
export function prepare(db: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(db) ?? new Map<string, StatementSync>();
  const statement = known.get(sql) ?? db.prepare(sql);
  statements.set(db, known.set(sql, statement));
  return statement;
}

/** A write lock that this process could not let go: nobody writes any more until it has ended. */
class StuckLock extends UserError {}

/** True where this connection will not work again: the file is damaged, or its locks are not as they should be. */
export function isBroken(error: unknown): boolean {
  if (error instanceof StuckLock) return true;
  const first = error instanceof UserError ? error.cause : error;
  return errorCode(first) === 'ERR_SQLITE_ERROR' && BROKEN.includes(codeOf(first));
}

const codeOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;

function begin(db: DatabaseSync, nested: boolean): void {
  if (nested) {
    db.exec('SAVEPOINT nested');
    return;
  }
  step('begin', db.location() ?? '');
  try {
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    throw explain(error, db.location() ?? 'the database');
  }
}

/** SQLite's own files beside it (-wal, -shm) take over the mode. */
function createPrivate(path: string): void {
  step('open', path);
  closeSync(openSync(path, 'a', 0o600));
}

/** The switch needs the file for itself and does not wait for it; once made it stays. */
function useWal(db: DatabaseSync): void {
  if (db.prepare('PRAGMA journal_mode').get()?.journal_mode === 'wal') return;
  step('wal', db.location() ?? '');
  db.exec('PRAGMA journal_mode = WAL');
}

function explain(error: unknown, path: string): unknown {
  if (errorCode(error) !== 'ERR_SQLITE_ERROR') return error;
  const code = codeOf(error);
  const options = { file: path, cause: error };
  if (code === SQLITE_BUSY && holdsWriteLock(path)) {
    return new StuckLock('this process could not let go of the database', {
      ...options,
      exitCode: EXIT.busy,
      hint: 'Once it has ended others go on; the next tick repairs what it left.',
    });
  }
  if (code === SQLITE_BUSY) {
    return new UserError(`another process kept the database busy for ${TIMEOUT / 1000} s`, {
      ...options,
      exitCode: EXIT.busy,
      hint: 'Try again; `robed status` shows what is at work.',
    });
  }
  if (code === SQLITE_NOTADB || code === SQLITE_CORRUPT) {
    return new UserError(`expected an SQLite database, found ${said(code)}`, {
      ...options,
      exitCode: EXIT.config,
      hint: 'Move the file away: what queue, triggers and reports tell is rebuilt from them.',
    });
  }
  if (code === SQLITE_CANTOPEN) {
    return new UserError('the database cannot be opened', { ...options, exitCode: EXIT.config });
  }
  return error;
}

function said(code: number): string {
  return code === SQLITE_NOTADB ? 'something else' : 'a damaged one';
}
