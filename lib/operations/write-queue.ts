import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import { lateWrites, replaceByExchange } from '../platform/exchange.ts';
import { removeIfExists } from '../platform/files.ts';
import { hashOf, readSnapshot } from '../platform/snapshot.ts';
import { transaction } from '../platform/sqlite.ts';
import {
  appendVersion,
  fileOfSave,
  keepSave,
  lastVersion,
  readVersions,
} from '../queue/history-store.ts';
import { changesBetween, keyEntries } from '../queue/keys.ts';
import { parseQueue } from '../queue/parse.ts';
import type { QueueReading } from '../queue/reading.ts';
import { isAside, type Splice } from '../queue/version.ts';
import { currentTask, renameTask, writeTask } from '../records/task-store.ts';
import { type Displaced, type HouseContext, readHead, writeHead } from './context.ts';
import { historyOf } from './kept-history.ts';

/** Saves that land while ours is being put back; each try loses to at most one of them. */
const TRIES = 20;

/**
 * Splice `edits` into the queue that `reading` shows, as one version of Robed's own. False where
 * the file or the records moved on meanwhile: read again. Holds the house's database for writing
 * throughout, which is the lock between Robed's own processes and dies with its holder.
 * `says` is kept with the version; `recordAlso` runs in the same transaction.
 */
export function writeQueue(
  context: HouseContext,
  reading: QueueReading,
  edits: TextEdit[],
  says: { renames?: Readonly<Record<string, string>>; archived?: readonly string[] } = {},
  recordAlso: () => void = () => {},
): boolean {
  const { db, clock, house } = context;
  const { queue } = house.paths;
  let displaced: Buffer | null = null;
  const written = transaction(db, () => {
    const head = readHead(db);
    if (head?.hash !== reading.hash || readSnapshot(queue)?.hash !== reading.hash) return false;
    const history = historyOf(context);
    const text = applyEdits(reading.doc.text, edits);
    const bytes = Buffer.from(text);
    const hash = hashOf(bytes);
    if (hash === reading.hash) return true;
    const after = { hash, doc: parseQueue(text, { path: queue, before: reading.doc }), bytes };
    const keyed = keyEntries(after.doc);
    const moved = { ...movedKeys(reading, keyed.states), ...says.renames };
    const seq = Math.max(head.seq, lastVersion(history)?.seq ?? 0) + 1;
    const changes = changesBetween(reading.keyed.states, keyed.states);
    appendVersion(history, {
      seq,
      time: clock.now(),
      hash,
      by: 'robed',
      parent: head.seq,
      splices: edits.map(
        (edit): Splice => ({
          start: edit.start,
          removed: reading.doc.text.slice(edit.start, edit.end),
          text: edit.text,
        }),
      ),
      changes,
      ...(Object.keys(moved).length > 0 ? { renames: moved } : {}),
      ...(says.archived && { archived: says.archived }),
    });
    const replaced = replaceByExchange(queue, bytes, reading.hash);
    if (replaced.kept !== null) {
      context.displaced.push({
        path: replaced.kept,
        hash: replaced.ok ? reading.hash : hashOf(replaced.displaced ?? reading.bytes),
        by: hash,
        seq,
      });
    }
    if (!replaced.ok) {
      displaced = replaced.displaced;
      if (!replaced.written) return false;
    }
    for (const [from, to] of Object.entries(moved)) renameTask(db, from, to);
    for (const key of Object.keys(changes)) {
      const task = currentTask(db, key);
      const state = keyed.states.get(key);
      if (task) {
        writeTask(db, {
          ...task,
          fileStatus: state?.status ?? null,
          textHash: state?.text ?? task.textHash,
        });
      }
    }
    recordAlso();
    writeHead(db, { seq, hash });
    context.cache.reading = { ...after, keyed };
    context.lane?.wrote(reading.hash, hash);
    return true;
  });
  if (displaced !== null) putSaveBack(context, displaced);
  return written && displaced === null;
}

/**
 * A person's save that a write of ours displaced, or that went into the displaced file, becomes
 * the queue again: the next round reads it like any save. Where a newer save is there by now, that
 * one stays, and this one is kept as a past version.
 */
export function putSaveBack(context: HouseContext, save: Buffer): void {
  const { queue } = context.house.paths;
  const ours = ourHashes(context);
  let theirs = save;
  let kept: Buffer | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    const now = readSnapshot(queue);
    const hash = hashOf(theirs);
    if (now?.hash === hash) return;
    // First: an editor that writes in place can truncate it as soon as it is the queue again.
    if (kept !== theirs) keepSuperseded(context, theirs);
    kept = theirs;
    if (now === null || !ours.has(now.hash)) return;
    const replaced = replaceByExchange(queue, theirs, now.hash);
    ours.add(hash);
    if (replaced.kept !== null) {
      context.displaced.push({
        path: replaced.kept,
        hash: replaced.ok ? now.hash : hashOf(replaced.displaced ?? now.bytes),
        by: hash,
        seq: newestSeq(context),
      });
    }
    if (replaced.ok) return;
    // A still newer save was displaced by this one: that one is the queue, this one is past.
    if (replaced.written) theirs = replaced.displaced;
    else if (replaced.displaced) keepSuperseded(context, replaced.displaced);
  }
  if (kept !== theirs) keepSuperseded(context, theirs);
}

/** Look after files that writes displaced: a late save in one of them is a person's save. */
export function gatherLateSaves(context: HouseContext): boolean {
  let found = false;
  const waiting: HouseContext['displaced'] = [];
  for (const file of context.displaced.splice(0)) {
    const late = lateWrites(file.path, file.hash);
    if (late.open === true) waiting.push(file);
    else if (late.changed !== null) {
      if (isSavedOver(context, file)) keepSuperseded(context, late.changed);
      else putSaveBack(context, late.changed);
      removeIfExists(file.path);
      found = true;
    }
  }
  context.displaced.push(...waiting);
  return found;
}

/**
 * Did a person save anew since the file was displaced? Then what was written into it late is the
 * older save. What stood in the file or took its place is no new save, though it was read as one.
 */
function isSavedOver(context: HouseContext, file: Displaced): boolean {
  const versions = readVersions(historyOf(context));
  return versions.some(
    (one) =>
      one.by === 'person' &&
      !isAside(one) &&
      one.seq > file.seq &&
      one.hash !== file.hash &&
      one.hash !== file.by,
  );
}

export const newestSeq = (context: HouseContext): number =>
  lastVersion(historyOf(context))?.seq ?? 0;

/** List a save among the past versions that is not the queue's head, and may never become it. */
export function keepSuperseded(context: HouseContext, bytes: Buffer): void {
  const { db, clock } = context;
  transaction(db, () => {
    const history = historyOf(context);
    const hash = hashOf(bytes);
    const seq = Math.max(readHead(db)?.seq ?? 0, lastVersion(history)?.seq ?? 0) + 1;
    const file = fileOfSave(seq, hash);
    keepSave(history, file, bytes);
    const version = {
      seq,
      time: clock.now(),
      hash,
      by: 'person',
      file,
      changes: {},
      aside: true,
    } as const;
    appendVersion(history, version);
  });
}

/** The queue as Robed last wrote or accepted it. */
function ourHashes(context: HouseContext): Set<string> {
  const last = readVersions(historyOf(context)).findLast((version) => !isAside(version));
  const known = [readHead(context.db)?.hash, last?.hash];
  return new Set(known.filter((hash) => hash !== undefined));
}

/** Entries without an id whose address changed with their place: the same words, another handle. */
function movedKeys(
  before: QueueReading,
  after: ReturnType<typeof keyEntries>['states'],
): Record<string, string> {
  const gone = new Map<string, string>();
  for (const [key, state] of before.keyed.states) if (!after.has(key)) gone.set(state.text, key);
  const moved: Record<string, string> = {};
  if (gone.size === 0) return moved;
  for (const [key, state] of after) {
    const from = before.keyed.states.has(key) ? undefined : gone.get(state.text);
    if (from !== undefined) moved[from] = key;
  }
  return moved;
}
