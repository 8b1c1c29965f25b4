import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from 'node:fs';
import { step } from './faults.ts';

/**
 * The permissions of a file or folder that are more than `most` (`0o700`); null where they are not,
 * or nothing stands there. Of a link, those of its target count, and those are not ours to say.
 */
export function looseMode(path: string, most: number): number | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return null;
  const mode = found.mode & 0o777;
  return (mode & ~most) === 0 ? null : mode;
}

/** Gives a file or folder exactly `mode`; a link is refused (ELOOP). */
export function setMode(path: string, mode: number): void {
  step('chmod', path);
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (fstatSync(file).isDirectory() || fstatSync(file).isFile()) fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}
