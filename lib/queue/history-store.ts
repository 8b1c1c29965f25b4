import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { applyEdits } from '../core/text-edit.ts';
import { appendDurable } from '../platform/append.ts';
import { createExclusive } from '../platform/atomic-write.ts';
import { removeIfExists } from '../platform/files.ts';
import { isAside, type Version } from './version.ts';

/**
 * The past versions of one queue: `history/<day>.jsonl` lists them, one a line, Robed's own with
 * their splices; a person's saves stand beside it as whole files.
 */
const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

/** The file that a person's save is kept in. */
export const fileOfSave = (seq: number, hash: string): string =>
  `${String(seq).padStart(8, '0')}-${hash.slice(0, 16)}.md`;

/** Keep a person's save whole, as `fileOfSave` names it; on disk when it returns. */
export function keepSave(folder: string, file: string, bytes: Uint8Array | string): void {
  // An equal name is the same seq and bytes, kept by a run that died before it listed them.
  createExclusive(join(folder, file), bytes);
}

/**
 * Append a version to its day's list, or to a later one where the clock was put back since: the newest
 * is the last of the last list. On disk when it returns.
 */
export function appendVersion(folder: string, version: Version): void {
  const day = `${new Date(version.time).toISOString().slice(0, 10)}.jsonl`;
  const last = dayFiles(folder).at(-1) ?? day;
  // The line end in front closes a line that a crash tore.
  appendDurable(join(folder, last > day ? last : day), `\n${JSON.stringify(version)}`);
}

/** The newest version listed, without reading the older days; null where there is none. */
export function lastVersion(folder: string): Version | null {
  for (const file of dayFiles(folder).reverse()) {
    const path = join(folder, file);
    const version = lastIn(readTail(path)) ?? lastIn(readFileSync(path, 'utf8'));
    if (version) return version;
  }
  return null;
}

/** A list grows all day, and its end is asked for at every write. */
const TAIL = 16 * 1024;

/** What follows the first line end in the last bytes of a file. */
function readTail(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(TAIL);
    const from = Math.max(0, fstatSync(fd).size - TAIL);
    const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, TAIL, from));
    return text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(fd);
  }
}

function lastIn(text: string): Version | null {
  const lines = text.split('\n');
  for (let i = lines.length - 1; i >= 0; i--) {
    const version = parseLine(lines[i] ?? '');
    if (version) return version;
  }
  return null;
}

/** All versions kept, oldest first. A torn line is passed over: its version never reached the queue. */
export function readVersions(folder: string): Version[] {
  const versions: Version[] = [];
  for (const file of dayFiles(folder)) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const version = parseLine(line);
      if (version) versions.push(version);
    }
  }
  return versions.sort((a, b) => a.seq - b.seq || a.time - b.time);
}

/** The text of one version. Throws UserError where a file it needs is gone. */
export function readVersionText(folder: string, versions: readonly Version[], seq: number): string {
  const bySeq = new Map(versions.map((version) => [version.seq, version]));
  const chain: (Version & { by: 'robed' })[] = [];
  let at = bySeq.get(seq);
  while (at?.by === 'robed') {
    chain.push(at);
    at = bySeq.get(at.parent);
  }
  if (at === undefined) {
    throw new UserError(`version ${seq} of the queue is not kept, or starts from one that is not`, {
      hint: '`robed history` lists those that are',
    });
  }
  const whole = readFileSync(join(folder, at.file), 'utf8');
  return chain.reduceRight(
    (text, version) =>
      applyEdits(
        text,
        version.splices.map((s) => ({
          start: s.start,
          end: s.start + s.removed.length,
          text: s.text,
        })),
      ),
    whole,
  );
}

/**
 * Drop what is older than `before` (milliseconds since the epoch), by whole days, but never a save
 * that a later version is spliced from.
 */
export function pruneHistory(folder: string, before: number): void {
  const limit = new Date(before).toISOString().slice(0, 10);
  const old = dayFiles(folder).filter((file) => file.slice(0, 10) < limit);
  if (old.length === 0) return;
  const versions = readVersions(folder);
  const bySeq = new Map(versions.map((version) => [version.seq, version]));
  const kept = versions.filter(
    (version) => new Date(version.time).toISOString().slice(0, 10) >= limit,
  );
  // The version that the queue stands at is kept, however old it is.
  const standing = versions.findLast((version) => !isAside(version));
  const floor = earliestNeeded(standing ? [...kept, standing] : kept, bySeq);
  for (const file of old) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n').map(parseLine);
    const listed = lines.filter((version) => version !== null);
    if (listed.some((version) => version.seq >= floor)) continue;
    for (const version of listed)
      if (version.by === 'person') removeIfExists(join(folder, version.file));
    removeIfExists(join(folder, file));
  }
}

/** The lowest seq in the chains of these versions, each from its whole save on. */
function earliestNeeded(wanted: readonly Version[], bySeq: ReadonlyMap<number, Version>): number {
  const walked = new Set<number>();
  for (const version of wanted) {
    let at: Version | undefined = version;
    while (at !== undefined && !walked.has(at.seq)) {
      walked.add(at.seq);
      at = at.by === 'robed' ? bySeq.get(at.parent) : undefined;
    }
  }
  let least = Number.POSITIVE_INFINITY;
  for (const seq of walked) least = Math.min(least, seq);
  return least;
}

function dayFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => DAY_FILE.test(file))
    .sort();
}

function parseLine(line: string): Version | null {
  if (line === '') return null;
  try {
    return JSON.parse(line) as Version;
  } catch {
    return null;
  }
}
