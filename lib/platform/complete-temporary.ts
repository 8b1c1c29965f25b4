import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { step, systemError } from './faults.ts';
import { removeIfExists } from './files.ts';
import { temporaryName } from './temp-files.ts';

/**
 * Runs `place` with a complete, synced temporary file beside `target`, which carries the mode (and
 * under root the owner) of the file that it replaces. Unlinked where anything fails.
 */
export function withTemporary<T>(
  target: string,
  data: string | Uint8Array,
  mode: number | undefined,
  place: (temporary: string) => T,
  durable = true,
): T {
  const temporary = temporaryName(target, 'tmp');
  const existing = statSync(target, { throwIfNoEntry: false });
  step('open', temporary);
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    try {
      fill(fd, temporary, typeof data === 'string' ? Buffer.from(data) : data);
      dress(fd, temporary, existing, mode);
      if (durable) {
        step('fsync', temporary);
        fsyncSync(fd);
      }
    } finally {
      closeSync(fd);
    }
    return place(temporary);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** Cleaning up must not hide what went wrong; what stays is swept once we are gone. */
export function discard(temporary: string): void {
  try {
    removeIfExists(temporary);
  } catch {}
}

/** write(2) may take less than it was given, on a full disk also nothing. */
function fill(fd: number, path: string, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    step('write', path);
    const taken = writeSync(fd, bytes, written);
    if (taken === 0) throw systemError('ENOSPC', 'write', path);
    written += taken;
  }
  if (fstatSync(fd).size !== bytes.length) throw systemError('EIO', 'write', path);
}

function dress(fd: number, path: string, existing: Stats | undefined, mode = 0o600): void {
  const wanted = existing ? existing.mode & 0o7777 : mode;
  if (existing && process.getuid?.() === 0) {
    step('chown', path);
    fchownSync(fd, existing.uid, existing.gid);
  }
  step('chmod', path);
  fchmodSync(fd, wanted);
}
