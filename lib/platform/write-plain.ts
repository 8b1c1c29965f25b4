import { lstatSync } from 'node:fs';
import { writeAtomic } from './atomic-write.ts';
import { removeIfExists } from './files.ts';

/**
 * `writeAtomic` under exactly this name: a link that somebody put there is taken away, not
 * followed. The folder must be one that was looked at before.
 */
export function writePlain(path: string, data: string | Uint8Array): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) removeIfExists(path);
  writeAtomic(path, data);
}
