import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';
import { systemError } from './faults.ts';

/** The bytes of a displaced file as they are now, whole or not. */
export function readKept(kept: string): Buffer {
  const fd = openKept(kept);
  if (fd === null) throw systemError('ENOENT', 'open', kept);
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A regular file, or an error: a folder or link that took the name is not ours to replace. */
export function openKept(kept: string): number | null {
  let fd: number;
  try {
    fd = openSync(kept, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw systemError('EINVAL', 'open', kept);
}
