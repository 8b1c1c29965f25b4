import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { packageRoot } from '../core/package-root.ts';
import { openDatabase, prepare } from '../platform/sqlite.ts';

/**
 * Open a house's memory, made where it is missing. `FULL`: a claim or a result that was committed
 * survives a power cut, since effects outside the database follow from it.
 */
export function openHouseDatabase(path: string): DatabaseSync {
  return openDatabase(path, {
    migrations: join(packageRoot(), 'migrations'),
    synchronous: 'FULL',
  });
}

/** Another house's memory, which must be there and of today's schema; nothing of it changes. */
export function openHouseDatabaseToRead(path: string): DatabaseSync {
  return openDatabase(path, {
    migrations: join(packageRoot(), 'migrations'),
    synchronous: 'FULL',
    readOnly: true,
  });
}

export function readMeta(db: DatabaseSync, key: string): string | null {
  const row = prepare(db, 'SELECT value FROM meta WHERE key = ?').get(key);
  return row ? String(row['value']) : null;
}

export function dropMeta(db: DatabaseSync, key: string): void {
  prepare(db, 'DELETE FROM meta WHERE key = ?').run(key);
}

export function writeMeta(db: DatabaseSync, key: string, value: string): void {
  prepare(
    db,
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  ).run(key, value);
}
