import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { EXIT, UserError } from '../core/errors.ts';
import { step } from './faults.ts';

interface Migration {
  version: number;
  file: string;
}

interface Schema {
  /** Of the database, for messages. */
  path: string;
  /** Folder of `NNN-name.sql`, numbered from 001 without a gap. */
  directory: string;
  readOnly: boolean;
}

/**
 * Brings a database to the newest schema in one transaction; its version is `user_version`.
 * Throws UserError where the file is newer than this program, or older and only to be read; after
 * any error the caller closes the database, which undoes what was begun.
 */
export function migrate(db: DatabaseSync, { path, directory, readOnly }: Schema): void {
  const migrations = list(directory);
  const newest = migrations.length;
  const found = version(db);
  if (found === newest) return;
  if (found > newest) throw mismatch(path, newest, found, 'Update Robed.');
  if (readOnly) throw mismatch(path, newest, found, 'Run `robed task-monitor` once.');
  step('migrate', path);
  db.exec('BEGIN IMMEDIATE');
  // Somebody may have been first while we waited.
  for (const { file } of migrations.slice(version(db))) db.exec(readFileSync(file, 'utf8'));
  db.exec(`PRAGMA user_version = ${newest}; COMMIT`);
}

function version(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version);
}

function list(directory: string): Migration[] {
  const found = readdirSync(directory)
    .map((name) => ({
      version: Number(/^(\d{3})-.+\.sql$/.exec(name)?.[1]),
      file: join(directory, name),
    }))
    .filter(({ version }) => !Number.isNaN(version))
    .sort((a, b) => a.version - b.version);
  const gap = found.findIndex((migration, index) => migration.version !== index + 1);
  if (gap >= 0)
    throw new Error(`migrations must be numbered from 001 without a gap: ${found[gap]?.file}`);
  return found;
}

function mismatch(path: string, expected: number, found: number, hint: string): UserError {
  return new UserError(`expected a database of schema ${expected}, found schema ${found}`, {
    file: path,
    hint,
    exitCode: EXIT.config,
  });
}
