import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { linkNew } from './atomic-write.ts';
import { discard } from './complete-temporary.ts';
import { fsyncDirectory, rename } from './files.ts';
import { readKept } from './kept-file.ts';
import { hashOf } from './snapshot.ts';
import { temporaryName } from './temp-files.ts';

/**
 * What came of a write to a file that others save too. `kept` is the file that was displaced,
 * still on disk, for an editor that opened it earlier may go on writing into it: ask `lateWrites`
 * a little later.
 */
export type Replacement =
  /** The file held what was expected, and now holds our bytes. */
  | { ok: true; kept: string }
  /** Somebody had saved: our bytes are in place, theirs are here and in `kept`. */
  | { ok: false; written: true; displaced: Buffer; kept: string }
  /**
   * The file was gone, or changed hands meanwhile: nothing of ours is in place, read it again.
   * `displaced` is a save that lay between the expected bytes and the file as it is now.
   */
  | { ok: false; written: false; displaced: Buffer | null; kept: string | null };

/** There is no file to replace. */
export const NOTHING_WRITTEN = { ok: false, written: false, displaced: null, kept: null } as const;

/**
 * Without an exchange: out of the way, then link(2) into the free name. For an instant there is
 * no file; a save that falls into it keeps the name, and ours is not written.
 */
export function replaceByMove(target: string, ours: string, expectedHash: string): Replacement {
  const away = temporaryName(target, 'away');
  if (!moveAway(target, away, ours)) return NOTHING_WRITTEN;
  const written = linkOrRestore(target, away, ours);
  rename(away, ours);
  fsyncDirectory(dirname(target));
  const displaced = readKept(ours);
  const expected = hashOf(displaced) === expectedHash;
  if (!written) return { ok: false, written, displaced: expected ? null : displaced, kept: ours };
  return expected ? { ok: true, kept: ours } : { ok: false, written, displaced, kept: ours };
}

/** Gives a file its name back, unless that is taken by now (false). */
export function putBack(away: string, target: string): boolean {
  try {
    if (!linkNew(away, target)) return false;
  } catch {
    // A filesystem without hard links, maybe. No name is worse than a small race.
    if (existsSync(target)) return false;
    rename(away, target);
  }
  discard(away);
  fsyncDirectory(dirname(target));
  return true;
}

function moveAway(target: string, away: string, ours: string): boolean {
  try {
    rename(target, away);
    return true;
  } catch (error) {
    discard(ours);
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function linkOrRestore(target: string, away: string, ours: string): boolean {
  try {
    return linkNew(ours, target);
  } catch (error) {
    putBack(away, target);
    discard(ours);
    throw error;
  }
}
