import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../core/errors.ts';
import { step } from './faults.ts';

/**
 * Makes `path` and what is missing above it with `mode`, durably. What is there stays as it is.
 */
export function ensureDirectory(path: string, mode: number): void {
  step('mkdir', path);
  const first = mkdirSync(path, { recursive: true, mode });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  let parent = resolve(path);
  do {
    parent = dirname(parent);
    fsyncDirectory(parent);
  } while (parent !== top);
}

/**
 * rename(2) within one filesystem, durable on both sides. A file at `to` is replaced: name it so
 * that there is none.
 */
export function moveFile(from: string, to: string): void {
  rename(from, to);
  fsyncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) fsyncDirectory(dirname(from));
}

/** rename(2), not yet durable. */
export function rename(from: string, to: string): void {
  step('rename', to);
  renameSync(from, to);
}

/** Unlinks; false where there was nothing. Not synced: after a power cut the file may be back. */
export function removeIfExists(path: string): boolean {
  step('unlink', path);
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Removes a folder and all below it; links are removed, not followed. Nothing there is fine. */
export function removeTree(path: string): void {
  step('rmtree', path);
  rmSync(path, { recursive: true, force: true });
}

/** Makes the names in a directory durable. A filesystem that has no such call (EINVAL) is believed. */
export function fsyncDirectory(path: string): void {
  step('fsync', path);
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    if (errorCode(error) !== 'EINVAL') throw error;
  } finally {
    closeSync(fd);
  }
}

/** What tells a file from another that takes its name while it is open; null where there is none. */
export function inodeOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
