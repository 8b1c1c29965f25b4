import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** Milliseconds that a statement waits for another process. */
const TIMEOUT = 2000;

/**
 * Opens a database to be looked at, and leaves no trace: even a read-only connection makes `-wal`
 * and `-shm` files beside one that nobody has open, unless SQLite is told that it can't change.
 * Throws SQLite's own errors.
 */
export function openToLook(path: string): DatabaseSync {
  if (hasWal(path)) return new DatabaseSync(path, { readOnly: true, timeout: TIMEOUT });
  const address = pathToFileURL(path);
  // https://www.sqlite.org/uri.html#uriimmutable
  address.searchParams.set('immutable', '1');
  return new DatabaseSync(address, { readOnly: true });
}

/** What `PRAGMA quick_check` has to say; null where all is well. */
export function damageOf(db: DatabaseSync): string | null {
  const lines = db
    .prepare('PRAGMA quick_check(3)')
    .all()
    .map((row) => String(row['quick_check']));
  return lines.length === 1 && lines[0] === 'ok' ? null : lines.join('; ');
}

/** Somebody has it open, or died with it open: part of it stands in the log. */
function hasWal(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
