import { COLON, DASH, SPACE, trimEnd } from './characters.ts';
import { type Head, type HeadOptions, plainHead } from './head.ts';
import { type FoundId, readPlainest } from './ids.ts';

/** Characters of a plain title: nothing in them decorates, tells or tags. */
const PLAIN = tableOf(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,.\'"/&+=!?;$#@()^',
);
/** Those that may end one; a bracket may be a tail, a comma is left off. */
const LAST = tableOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.\'"!?');

/**
 * What nearly all lines are, read in one pass: `TASK-014: Words` or `Words` alone, the first of them
 * a word in small letters, perhaps with a capital. Null for what has to be looked at more closely;
 * what it does read is what `readHead` would.
 */
export function readPlainHead(
  text: string,
  start: number,
  end: number,
  options: HeadOptions,
): Head | null {
  const stop = trimEnd(text, start, end);
  const id = readPlainest(text, start, stop);
  if (id !== null && text.charCodeAt(id.end + 1) !== SPACE) return null;
  const from = id === null ? start : id.end + 2;
  if (!startsPlain(text, from, stop, id) || !isPlain(text, from, stop, options)) return null;
  return plainHead(id, text.slice(from, stop), from, stop);
}

/** Past an id two letters tell that no status or priority in capitals follows; else the first word also that no id does. */
function startsPlain(text: string, start: number, end: number, id: FoundId | null): boolean {
  const first = text.charCodeAt(start) | 32;
  if (start + 1 >= end || !isSmall(first) || !isSmall(text.charCodeAt(start + 1))) return false;
  if (id !== null) return true;
  let at = start + 2;
  while (at < end && isSmall(text.charCodeAt(at))) at++;
  if (at >= end) return true;
  // `Task 3`, `Work Item 3`, `Bug A-3` and the like are ids.
  const next = text.charCodeAt(at + 1);
  if (text.charCodeAt(at) !== SPACE || first === 119) return false;
  return isSmall(next) || (isSmall(next | 32) && isSmall(text.charCodeAt(at + 2)));
}

function isPlain(text: string, start: number, end: number, options: HeadOptions): boolean {
  let last = 0;
  /** Spaces after the last colon: with two of them it is no `due: friday`. */
  let spaces = 2;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === SPACE) {
      if (last === SPACE) return false;
      spaces++;
    } else if (code === DASH) {
      if (last === SPACE) return false;
    } else if (code === COLON) {
      if (options.colon) return false;
      spaces = 0;
    } else if (code > 127 ? !isLatin(code) : PLAIN[code] !== 1) return false;
    last = code;
  }
  return spaces > 1 && (last > 127 || LAST[last] === 1);
}

function isSmall(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** é, ü, ł. */
function isLatin(code: number): boolean {
  return code >= 0xc0 && code < 0x180;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
  return table;
}
