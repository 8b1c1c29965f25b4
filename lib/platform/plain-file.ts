import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';

/** Names that lead nowhere, in a circle, or to a socket. */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

/**
 * Open a file that somebody else put there, for reading. null where no regular file stands under
 * the name itself: a link could lead anywhere, and at a pipe one waits for ever.
 */
export function openPlain(path: string): number | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (NO_FILE.has(errorCode(error) ?? '')) return null;
    throw error;
  }
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return null;
}

/** The first `limit` bytes of such a file; null where there is none. */
export function readPlain(path: string, limit: number): Buffer | null {
  const file = openPlain(path);
  if (file === null) return null;
  try {
    const bytes = Buffer.alloc(Math.min(limit, fstatSync(file).size));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
