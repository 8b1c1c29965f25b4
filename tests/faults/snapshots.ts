import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from '../../lib/core/errors.ts';
import { stampOf } from '../../lib/operations/job.ts';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { householdAt } from '../support/house.ts';

const ORIGIN = 'origin.json';

/** A crontab, which names the household by its path. */
export const CRONTAB = join('bin', 'table');

/** A lock that is as old counts as left, also where nobody's name is in it. */
const OLD_S = 3600;

/** A household as the disk shows it at one moment. */
interface Snapshot {
  /** Equal where names, modes and bytes are. */
  digest: string;
  entries: Entry[];
  origin: Origin;
}

/** What a copy can't have. */
interface Origin {
  root: string;
  /** Where it lay before that, copy after copy. */
  before: string[];
  /** Of its reports. */
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
  const entries = readTree(root);
  const { completed } = householdAt(root).paths;
  const stamps: Record<string, string | null> = {};
  if (existsSync(completed))
    for (const file of readdirSync(completed)) stamps[file] = stampOf(join(completed, file));
  const digest = hashOf(
    entries
      .map(({ path, mode, content }) => `${path} ${mode} ${content && hashOf(content)}`)
      .join('\n'),
  );
  return { digest, entries, origin: { root, before: placesOf(root).slice(1), stamps } };
}

/** Everything below a folder, by its path. */
export function readTree(root: string): Entry[] {
  const entries: Entry[] = [];
  readInto(entries, root, '');
  return entries;
}

export function writeSnapshot({ entries, origin }: Snapshot, to: string): void {
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
  writeFileSync(join(to, ORIGIN), JSON.stringify(origin));
}

/** With the modes of its folders, which cpSync leaves behind. */
export function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  for (const { path, mode, content } of readTree(from))
    if (content === null) chmodSync(join(to, path), mode);
}

function readInto(entries: Entry[], root: string, folder: string): void {
  for (const name of readdirSync(join(root, folder)).sort()) {
    if (name.endsWith('.db-shm') || name === ORIGIN) continue;
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

/** A copy has other inodes, and lies elsewhere: let the records know the reports again that they knew. */
export function makeAtHome(root: string): void {
  const originFile = join(root, ORIGIN);
  const { completed, database } = householdAt(root).paths;
  if (!existsSync(originFile)) return;
  const { root: before, stamps } = JSON.parse(readFileSync(originFile, 'utf8')) as Origin;
  if (existsSync(join(root, CRONTAB))) settleIn(root, before);
  if (!existsSync(database) || statSync(database).size === 0) return;
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

/** Where a household lies, and where it lay before it was copied, the latest first. */
export function placesOf(root: string): string[] {
  const originFile = join(root, ORIGIN);
  if (!existsSync(originFile)) return [root];
  const origin = JSON.parse(readFileSync(originFile, 'utf8')) as Origin;
  return [root, origin.root, ...origin.before];
}

/** The household's path where it is written, and locks as the next one finds them some time later. */
function settleIn(root: string, before: string): void {
  const table = readFileSync(join(root, CRONTAB), 'utf8');
  writeFileSync(join(root, CRONTAB), table.replaceAll(before, root));
  const then = Date.now() / 1000 - OLD_S;
  for (const { path, content } of readTree(root))
    if (content === null && path.endsWith('.lock')) utimesSync(join(root, path), then, then);
}
