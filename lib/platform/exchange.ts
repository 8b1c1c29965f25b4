import { closeSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { resolveTarget } from './atomic-write.ts';
import { discard, withTemporary } from './complete-temporary.ts';
import { step } from './faults.ts';
import { fsyncDirectory, removeIfExists, rename } from './files.ts';
import { openKept, readKept } from './kept-file.ts';
import { exchange, hasWriter } from './native.ts';
import { NOTHING_WRITTEN, putBack, type Replacement, replaceByMove } from './replace-by-move.ts';
import { hashOf } from './snapshot.ts';
import { abandoned, type MayLive, type Temporary, temporaryName } from './temp-files.ts';

/** Swaps two files in one instant; false where that can't be had. */
type Swap = (a: string, b: string) => boolean;

/**
 * Puts `data` in place of an existing file and says what it displaced, so that no save is lost
 * however it falls. Durable. Whatever fails, the file holds either version and nothing is lost.
 */
export function replaceByExchange(
  path: string,
  data: string | Uint8Array,
  expectedHash: string,
  swap: Swap = exchange,
): Replacement {
  const target = resolveTarget(path);
  const kept = temporaryName(target, 'swap', expectedHash);
  withTemporary(target, data, undefined, (temporary) => rename(temporary, kept));
  const swapped = placeOver(target, kept, swap);
  if (swapped === null) return NOTHING_WRITTEN;
  if (!swapped) return replaceByMove(target, kept, expectedHash);
  const displaced = readOrUndo(kept, () => undo(target, kept, hashOf(data), swap));
  fsyncDirectory(dirname(target));
  if (hashOf(displaced) === expectedHash) return { ok: true, kept };
  return { ok: false, written: true, displaced, kept };
}

export interface LateWrites {
  /** What the file holds now, where that is not `hash` any more. */
  changed: Buffer | null;
  /** Does somebody still hold it open for writing? Null: can't tell. */
  open: boolean | null;
}

/**
 * Did anybody write into a displaced file after it was read with this `hash`? Unlinks it once
 * nothing came and nothing can come. Ask a moment after the exchange, not at once: an `open` that
 * began before it may not count as a writer yet.
 */
export function lateWrites(kept: string, hash: string): LateWrites {
  const fd = openKept(kept);
  if (fd === null) return { changed: null, open: false };
  try {
    const open = hasWriter(fd);
    const bytes = readFileSync(fd);
    const changed = hashOf(bytes) === hash ? null : bytes;
    if (!changed && open === false) removeIfExists(kept);
    return { changed, open };
  } finally {
    closeSync(fd);
  }
}

/**
 * Files that dead processes displaced, or were about to put in place, in `directory`. Each may
 * hold a save that nobody has seen: who calls compares it with the versions known, takes in what
 * is new, and unlinks it. A file that died on the way between its two names is put back first.
 */
export function abandonedSwaps(directory: string, owned?: MayLive): Temporary[] {
  return abandoned(directory, ['swap', 'away'], owned).filter((orphan) => {
    return orphan.kind !== 'away' || !putBack(orphan.path, orphan.target);
  });
}

/** Null where there is no file to exchange with. */
function placeOver(target: string, ours: string, swap: Swap): boolean | null {
  try {
    step('exchange', target);
    return swap(ours, target);
  } catch (error) {
    discard(ours);
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function readOrUndo(kept: string, undoExchange: () => void): Buffer {
  try {
    return readKept(kept);
  } catch (error) {
    undoExchange();
    throw error;
  }
}

/** Swaps back. What is displaced now is ours to drop, unless somebody saved once more. */
function undo(target: string, kept: string, ours: string, swap: Swap): void {
  step('exchange', target);
  if (swap(kept, target) && hashOf(readKept(kept)) === ours) discard(kept);
}
