import { linkSync, lstatSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { discard, withTemporary } from './complete-temporary.ts';
import { step, systemError } from './faults.ts';
import { ensureDirectory, fsyncDirectory, removeIfExists, rename } from './files.ts';
import { temporaryName } from './temp-files.ts';

interface WriteOptions {
  /** Of a new file; an existing one keeps its own. Default 0600. */
  mode?: number;
  /** Make the folder with this mode where it is missing; without it a missing folder is an error. */
  directoryMode?: number;
}

/**
 * Replaces a file whole or not at all, durably; follows a symlink to its target. Whatever fails,
 * the old file is intact and nothing is left behind. Whoever saved meanwhile is overwritten: a
 * file that people edit goes through `replaceByExchange`.
 */
export function writeAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): void {
  if (options.directoryMode !== undefined) ensureDirectory(dirname(path), options.directoryMode);
  const target = resolveTarget(path);
  withTemporary(target, data, options.mode, (temporary) => rename(temporary, target));
  fsyncDirectory(dirname(target));
}

/**
 * Replaces a file whole or not at all, but a power cut may take it back, or leave it empty: for who
 * can write it again. A link is replaced itself.
 */
export function writeUnsynced(path: string, text: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    withTemporary(path, text, undefined, (temporary) => rename(temporary, path), false);
    return;
  }
  const temporary = temporaryName(path, 'tmp');
  try {
    step('open', temporary);
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    rename(temporary, path);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** Makes a file that must not exist: there at once and whole, or (false) somebody was first. */
export function createExclusive(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): boolean {
  if (options.directoryMode !== undefined) ensureDirectory(dirname(path), options.directoryMode);
  const created = withTemporary(path, data, options.mode, (temporary) => {
    const won = linkNew(temporary, path);
    removeIfExists(temporary);
    return won;
  });
  if (created) fsyncDirectory(dirname(path));
  return created;
}

/** link(2); false where the new name is taken. */
export function linkNew(existing: string, path: string): boolean {
  step('link', path);
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Where a write to `path` ends up: symlinks followed, also one whose target does not exist yet. */
export function resolveTarget(path: string): string {
  let at = resolve(path);
  for (let hops = 0; hops < 40; hops += 1) {
    at = join(realpathSync(dirname(at)), basename(at));
    const link = readLink(at);
    if (link === null) return at;
    at = resolve(dirname(at), link);
  }
  throw systemError('ELOOP', 'realpath', path);
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EINVAL' || code === 'ENOENT') return null;
    throw error;
  }
}
