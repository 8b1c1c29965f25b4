import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { errorCode } from '../core/errors.ts';

/** Bytes of one output that are ever read into memory; a run may print gigabytes. */
export const MAX_OUTPUT = 1024 * 1024;

/**
 * The end of a file as plain text that is safe to show on a terminal. Where the beginning is left
 * out, a first line says so. What is no file there is ''.
 */
export function readOutput(path: string, limit = MAX_OUTPUT): string {
  const { bytes, skipped } = readTail(path, limit);
  const text = plainText(bytes.toString('utf8')).trim();
  return skipped === 0 ? text : `[the first ${skipped} bytes of the output are left out]\n${text}`;
}

/** The last `limit` bytes of a file, cut between characters, and how many came before them. */
export function readTail(path: string, limit = MAX_OUTPUT): { bytes: Buffer; skipped: number } {
  const nothing = { bytes: Buffer.alloc(0), skipped: 0 };
  // Most scripts say nothing, and opening costs more than looking.
  if (lstatSync(path, { throwIfNoEntry: false })?.size === 0) return nothing;
  let descriptor: number;
  try {
    // An agent may have put a link or a pipe there, to be led elsewhere by or to wait at for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errorCode(error) ?? '')) return nothing;
    throw error;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return nothing;
    const { size } = stat;
    const start = Math.max(0, size - limit);
    const buffer = Buffer.alloc(size - start);
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, start));
    const partial = start > 0 ? continuationBytes(bytes) : 0;
    return { bytes: bytes.subarray(partial), skipped: start + partial };
  } finally {
    closeSync(descriptor);
  }
}

/** How many bytes at the start belong to a character whose first byte is not there. */
function continuationBytes(bytes: Buffer): number {
  let count = 0;
  while (count < 3 && ((bytes[count] ?? 0) & 0xc0) === 0x80) count += 1;
  return count;
}

/** Without escape sequences and control characters, which could act on a reader's terminal. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

/** The last line that says anything, for the one sentence of a reason. */
export function lastLine(text: string, limit = 200): string {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
