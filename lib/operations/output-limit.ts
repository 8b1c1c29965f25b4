import { lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_OUTPUT, readTail } from '../bodies/output.ts';

/** Bytes that a run, or the checks of one, may print: a loop that prints fills any disk in minutes. */
export const OUTPUT_LIMIT = 1024 ** 3;

/** Bytes of the files in a run's folder, where the output of all that it starts goes. */
export const printed = (folder: string): number =>
  filesOf(folder).reduce((sum, { size }) => sum + size, 0);

/** Of each file no more stays than is ever read of it: its end. Nobody may write there any more. */
export function shorten(folder: string): void {
  for (const { path, size } of filesOf(folder)) {
    if (size > MAX_OUTPUT) writeFileSync(path, readTail(path).bytes);
  }
}

function filesOf(folder: string): { path: string; size: number }[] {
  const files: { path: string; size: number }[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) files.push({ path, size: found.size });
  }
  return files;
}
