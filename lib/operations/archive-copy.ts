import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { writeAtomic } from '../platform/atomic-write.ts';
import { readVersions } from '../queue/history-store.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { Version } from '../queue/version.ts';
import { dropMeta, readMeta, writeMeta } from '../records/house-db.ts';
import { isOver } from '../records/lifecycle.ts';
import { readTask, writeTask } from '../records/task-store.ts';
import type { Head, HouseContext } from './context.ts';

/** A copy that was begun: what was to be added to a file of archive/, and from where on. */
interface Copy {
  file: string;
  /** Bytes. */
  at: number;
  blocks: string[];
}

/** Under which the records keep it, until the queue is written without the blocks. */
const COPY = 'archive';

/**
 * Add blocks to archive/<month>.md, all or none of them, on disk when it returns. Those that are there
 * since a write of the queue that came to nothing are not added again; see `recordArchived`.
 */
export function copyToArchive({ db, clock, house }: HouseContext, blocks: string[]): void {
  const { archive } = house.paths;
  const begun = readCopy(db);
  const there = begun === null ? [] : madeOf(archive, begun);
  const left = [...there];
  const missing = blocks.filter((block) => {
    const at = left.indexOf(block);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (missing.length === 0) return;
  const file = `${new Date(clock.now()).toISOString().slice(0, 7)}.md`;
  const before = bytesOf(join(archive, file));
  // What is there stays known, unless a new month has begun: then it is in another file.
  const goesOn = begun?.file === file && there.length > 0;
  const copy: Copy = goesOn
    ? { ...begun, blocks: [...there, ...missing] }
    : { file, at: before.length, blocks: missing };
  writeMeta(db, COPY, JSON.stringify(copy));
  const added = Buffer.from(missing.map(asWritten).join(''));
  writeAtomic(join(archive, file), Buffer.concat([before, added]));
}

/**
 * The queue is written without the entries of these tasks: to be said in that very transaction. One that
 * was taken up again since is put back as what an old copy dropped (`reinsertDropped`).
 */
export function recordArchived(db: DatabaseSync, keys: readonly string[], now: number): void {
  dropMeta(db, COPY);
  for (const key of keys) {
    const task = readTask(db, key);
    if (task === null) continue;
    const archivedAt = isOver(task) ? now : null;
    writeTask(db, { ...task, missingSince: null, archivedAt });
  }
}

/**
 * What writes of ours archived that died before they could say so, a save upon them or not. `last` is
 * the newest version of `history`.
 */
export function archivedSince(
  history: string,
  last: Version | null,
  head: Head | null,
  { keyed }: QueueReading,
): string[] {
  const seq = head?.seq ?? 0;
  if ((last?.seq ?? 0) <= seq) return [];
  const ours = readVersions(history).filter((version) => version.seq > seq);
  const archived = ours.flatMap((version) => (version.by === 'robed' && version.archived) || []);
  return archived.filter((key) => !keyed.states.has(key));
}

const asWritten = (block: string): string => `${block}\n`;

function readCopy(db: DatabaseSync): Copy | null {
  const kept = readMeta(db, COPY);
  return kept === null ? null : (JSON.parse(kept) as Copy);
}

/** The blocks that came into the file. */
function madeOf(archive: string, { file, at, blocks }: Copy): string[] {
  const tail = bytesOf(join(archive, file)).subarray(at).toString('utf8');
  let from = 0;
  return blocks.filter((block) => {
    if (!tail.startsWith(asWritten(block), from)) return false;
    from += asWritten(block).length;
    return true;
  });
}

const bytesOf = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
