import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';
import { systemError } from './faults.ts';

/** The bytes of a file at one moment, and how to tell that it is still the same file. */
export interface Snapshot {
  bytes: Buffer;
  /** SHA-256 of `bytes`, hex. */
  hash: string;
  ino: bigint;
  size: number;
  mtimeNs: bigint;
}

/** A file that is still being written after so many readings is left alone. */
const READINGS = 10;

/**
 * Reads a regular file; follows symlinks; null where there is none. Read again where it changed
 * meanwhile. A file that never holds still throws EBUSY. A writer that pauses between two pieces
 * cannot be told from one that is done: who needs whole saves waits until the file has settled.
 */
export function readSnapshot(path: string): Snapshot | null {
  for (let reading = 0; reading < READINGS; reading += 1) {
    const fd = openForReading(path);
    if (fd === null) return null;
    try {
      const snapshot = readOpen(fd, path);
      if (snapshot) return snapshot;
    } finally {
      closeSync(fd);
    }
  }
  throw systemError('EBUSY', 'read', path);
}

/** SHA-256, hex. */
export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Never blocks, also not on a pipe that somebody left there. */
function openForReading(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null where the file changed while it was read. Throws EINVAL on a pipe, EISDIR on a directory. */
function readOpen(fd: number, path: string): Snapshot | null {
  const before = fstatSync(fd, { bigint: true });
  if (before.isDirectory()) throw systemError('EISDIR', 'read', path);
  if (!before.isFile()) throw systemError('EINVAL', 'read', path);
  const bytes = readFileSync(fd);
  const after = fstatSync(fd, { bigint: true });
  if (!unchanged(before, after) || BigInt(bytes.length) !== after.size) return null;
  const { ino, mtimeNs } = after;
  return { bytes, hash: hashOf(bytes), ino, size: bytes.length, mtimeNs };
}

function unchanged(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}
