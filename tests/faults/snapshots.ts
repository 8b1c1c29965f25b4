import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from '../../lib/core/errors.ts';
import { stampOf } from '../../lib/operations/job.ts';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { householdAt } from '../support/house.ts';

const STAMPS = 'stamps.json';

/** A household as the disk shows it at one moment. */
interface Snapshot {
  /** Equal where names, modes and bytes are. */
  digest: string;
  entries: Entry[];
  /** The stamps of its reports, which a copy can't have. */
  stamps: Record<string, string | null>;
}

interface Entry {
  /** Below the household's root. */
  path: string;
  mode: number;
  /** null: a folder. A string: where a link points to. */
  content: Buffer | string | null;
}

/**
 * What a process that is killed now leaves behind (all but a power cut). SQLite's shared memory is
 * left out: the next process to open the database makes it anew, as it does after a crash.
 */
export function takeSnapshot(root: string): Snapshot {
  const entries: Entry[] = [];
  readInto(entries, root, '');
  const { completed } = householdAt(root).paths;
  const stamps: Record<string, string | null> = {};
  if (existsSync(completed))
    for (const file of readdirSync(completed)) stamps[file] = stampOf(join(completed, file));
  const digest = hashOf(
    entries
      .map(({ path, mode, content }) => `${path} ${mode} ${content && hashOf(content)}`)
      .join('\n'),
  );
  return { digest, entries, stamps };
}

export function writeSnapshot({ entries, stamps }: Snapshot, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const { path, mode, content } of entries) {
    const target = join(to, path);
    if (content === null) mkdirSync(target, { mode });
    else if (typeof content === 'string') symlinkSync(content, target);
    else {
      writeFileSync(target, content, { mode });
      if (mode !== 0o600 && mode !== 0o644) chmodSync(target, mode);
    }
  }
  writeFileSync(join(to, STAMPS), JSON.stringify(stamps));
}

function readInto(entries: Entry[], root: string, folder: string): void {
  for (const name of readdirSync(join(root, folder)).sort()) {
    if (name.endsWith('.db-shm') || name === STAMPS) continue;
    const path = join(folder, name);
    try {
      readEntry(entries, root, path);
    } catch (error) {
      // A body that is at work took it away just now.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

function readEntry(entries: Entry[], root: string, path: string): void {
  const full = join(root, path);
  const found = lstatSync(full);
  const mode = found.mode & 0o777;
  if (found.isDirectory()) {
    entries.push({ path, mode, content: null });
    readInto(entries, root, path);
  } else if (found.isSymbolicLink()) entries.push({ path, mode, content: readlinkSync(full) });
  else if (found.isFile()) entries.push({ path, mode, content: readFileSync(full) });
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
