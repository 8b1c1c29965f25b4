import { closeSync, fstatSync, readSync } from 'node:fs';
import { openPlain } from './plain-file.ts';

/** So much of the end of a log is looked at, in bytes, and so much of a line kept, in characters. */
const TAIL = 8192;
const LONGEST = 300;

/** The last line that a log has got since it was `from` bytes long; null where there is none. */
export function lastLine(path: string, from: number): string | null {
  const file = openPlain(path);
  if (file === null) return null;
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.max(0, Math.min(TAIL, size - from)));
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.subarray(0, read).toString('utf8').split('\n');
    const line = lines.findLast((one) => one.trim() !== '');
    return line?.trim().slice(0, LONGEST) ?? null;
  } finally {
    closeSync(file);
  }
}
