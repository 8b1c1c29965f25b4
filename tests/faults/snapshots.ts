import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stampOf } from '../../lib/operations/job.ts';
import { householdAt } from '../support/house.ts';

const STAMPS = 'stamps.json';

/**
 * Copy a household as the disk shows it at this moment, which is what a process that is killed
 * now leaves behind (all but a power cut). SQLite's shared memory is not copied: the next process
 * to open the database makes it anew, as it does after a crash.
 */
export function takeSnapshot(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !path.endsWith('.db-shm'),
    verbatimSymlinks: true,
  });
  const { completed } = householdAt(from).paths;
  const stamps: Record<string, string | null> = {};
  if (existsSync(completed))
    for (const file of readdirSync(completed)) stamps[file] = stampOf(join(completed, file));
  writeFileSync(join(to, STAMPS), JSON.stringify(stamps));
}

/** A copy has other inodes: let the records know the reports again that they knew. */
export function makeAtHome(root: string): void {
  const stampsFile = join(root, STAMPS);
  const { completed, database } = householdAt(root).paths;
  if (!existsSync(stampsFile) || !existsSync(database) || statSync(database).size === 0) return;
  const stamps = JSON.parse(readFileSync(stampsFile, 'utf8')) as Record<string, string | null>;
  if (Object.keys(stamps).length === 0) return;
  const db = new DatabaseSync(database);
  const known = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'reports'").get();
  if (known) {
    const update = db.prepare('UPDATE reports SET stamp = ? WHERE file = ? AND stamp = ?');
    for (const [file, stamp] of Object.entries(stamps))
      update.run(stampOf(join(completed, file)), file, stamp);
  }
  db.close();
}
