import { ownCopy } from '../core/own-copy.ts';
import type { Status } from '../core/status.ts';
import {
  COLON,
  DASH,
  isPlainWords,
  isSpace,
  LEFT_BRACKET,
  LEFT_PAREN,
  skipSpaces,
  trimEnd,
} from './characters.ts';
import { plainText } from './inline.ts';
import { BOX_MARKS, STATUS_EMOJI, STATUS_WORDS } from './vocabulary.ts';

/** Status words are short: nothing longer is looked at. */
const WINDOW = 80;
const MOST_WORDS = 4;

/** A status found in a text. Offsets are the text's own; `start`–`end` is the token alone. */
export interface StatusToken {
  status: Status;
  start: number;
  end: number;
  /** True where nothing but a tail (`(commit 87e114e)`, ` — awaiting X`, a date) follows. */
  exact: boolean;
  /** True where another status word is offered after `|` or `/`: a template, not a status. */
  choice: boolean;
  /** The token as it is read, where that is known already. */
  raw?: string;
}

/** The status that a raw value means, tails and decoration allowed: `✅ **Done** (87e114e)`. */
export function normaliseStatus(raw: string): Status {
  return readStatus(raw, 0, raw.length)?.status ?? 'UNKNOWN';
}

/** Reads a status at the start of `start`–`end`; null where no known word, emoji or box stands there. */
export function readStatus(text: string, start: number, end: number): StatusToken | null {
  const last = Math.min(end, start + WINDOW);
  const begin = skipDecoration(text, start, last);
  if (begin >= last) return null;
  const box = readBox(text, begin, last);
  if (box !== null) return box;
  const emoji = readEmoji(text, begin, last);
  const wordStart = emoji === null ? begin : skipDecoration(text, emoji.end, last);
  const word = longestWord(text, wordStart, last);
  if (word === null) {
    if (emoji === null || emoji.status === undefined) return null;
    return finish(text, emoji.status, begin, emoji.end, end);
  }
  return finish(text, word.status, begin, word.end, end);
}

/** Values up to this long are remembered: the same few stand in a file again and again. */
const SHORT = 24;

const VALUES = new Map<string, StatusToken | null>();

/** As `readStatus`, for what is a field's or a cell's whole value. */
export function readValue(text: string, start: number, end: number): StatusToken | null {
  if (end - start > SHORT) return readStatus(text, start, end);
  const value = text.slice(start, end);
  let token = VALUES.get(value);
  if (token === undefined) {
    const own = ownCopy(value);
    token = readStatus(own, 0, own.length);
    if (token !== null) token.raw = plainText(own.slice(token.start, token.end));
    if (VALUES.size < CACHE_SIZE) VALUES.set(own, token);
  }
  if (token === null) return null;
  const { status, exact, choice, raw = '' } = token;
  return { status, start: start + token.start, end: start + token.end, exact, choice, raw };
}

/** `LIVE VALIDATION DONE (3e28135)`: two or three words, the last of which says it is done. */
export function readClosingWord(text: string, start: number, end: number): StatusToken | null {
  const begin = skipDecoration(text, start, end);
  const match = CLOSING.exec(text.slice(begin, Math.min(end, begin + WINDOW)));
  if (match === null) return null;
  const token = finish(text, 'COMPLETE', begin, begin + match[0].length, end);
  return token.exact ? token : null;
}

/** Other words in front would tell of a part: `Backend complete`, `mostly done`. */
const CLOSING =
  /^(?:(?:live|fully|all|now|already|work|task|everything|validation|verification) ){1,2}(?:done|complete|completed)(?![\p{L}\d_-])/iu;

/** An emoji (with its variation selector, joiners and skin tone) at `at`; null where there is none. */
export function readEmoji(
  text: string,
  at: number,
  end: number,
): { start: number; end: number; status: Status | undefined; base: string } | null {
  const first = text.charCodeAt(at);
  if (first < 0x2190 || at >= end) return null;
  const code = text.codePointAt(at) ?? 0;
  if (!isEmoji(code)) return null;
  const base = String.fromCodePoint(code);
  let stop = at + base.length;
  for (;;) {
    const next = text.codePointAt(stop) ?? 0;
    if (stop >= end) break;
    if (next === 0xfe0f || next === 0xfe0e || next === 0x20e3) stop += 1;
    else if (next >= 0x1f3fb && next <= 0x1f3ff) stop += 2;
    else if (next === 0x200d && isEmoji(text.codePointAt(stop + 1) ?? 0)) {
      stop += 1 + String.fromCodePoint(text.codePointAt(stop + 1) ?? 0).length;
    } else break;
  }
  return { start: at, end: stop, status: STATUS_EMOJI[base], base };
}

/** The status word for a whole text (lower case, one space), undefined where it is none. */
export function statusOfWord(word: string): Status | undefined {
  return WORDS.get(word);
}

/** Lower case, `_` and `-` to spaces, white space to one space. */
export function normaliseWord(text: string): string {
  if (isPlainWords(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .replace(/[_\-‐‑’\s]+/g, (run) => (run === '’' ? "'" : ' '))
    .trim();
}

/** The same with its accents in place, as the vocabulary has them: of `İPTAL` a dot stays behind. */
export function composeWord(text: string): string {
  const word = normaliseWord(text);
  return COMBINING.test(word) ? word.normalize('NFC').replaceAll('\u0307', '') : word;
}

const COMBINING = /[\u0300-\u036f]/;

const WORDS: ReadonlyMap<string, Status> = new Map(
  Object.entries(STATUS_WORDS).flatMap(([status, words]) =>
    words.map((word) => [word, status as Status] as const),
  ),
);

function readBox(text: string, at: number, end: number): StatusToken | null {
  if (text.charCodeAt(at) !== LEFT_BRACKET) return null;
  const close = text.indexOf(']', at);
  if (close === -1 || close - at > 4 || close >= end) return null;
  const status = BOX_MARKS[text.slice(at + 1, close).trim()];
  return status === undefined ? null : finish(text, status, at, close + 1, end);
}

/** The longest run of up to four words at `start` that the vocabulary knows. */
function longestWord(
  text: string,
  start: number,
  end: number,
): { status: Status; end: number } | null {
  let found: { status: Status; end: number } | null = null;
  let at = start;
  for (let words = 0; words < MOST_WORDS && at < end; words++) {
    const from = at;
    while (at < end && isWordPart(text.charCodeAt(at))) at++;
    if (at === from) break;
    const status = lookUp(text.slice(start, at));
    if (status !== null) found = { status, end: at };
    const next = at;
    while (at < end && isJoint(text.charCodeAt(at))) at++;
    if (at === next || at - next > 1) break;
  }
  return found;
}

const CACHE = new Map<string, Status | null>();
const CACHE_SIZE = 2000;

/** The same few words stand in a file again and again. */
function lookUp(raw: string): Status | null {
  const known = CACHE.get(raw);
  if (known !== undefined) return known;
  const status = WORDS.get(composeWord(raw)) ?? null;
  if (CACHE.size < CACHE_SIZE) CACHE.set(ownCopy(raw), status);
  return status;
}

function finish(
  text: string,
  status: Status,
  start: number,
  end: number,
  limit: number,
): StatusToken {
  const rest = skipDecoration(text, end, limit);
  return {
    status,
    start,
    end,
    exact: rest >= trimEnd(text, rest, limit) || isTail(text, end, rest, limit),
    choice: isChoice(text, rest, limit),
  };
}

/** What may follow a status and is no part of a sentence. */
function isTail(text: string, end: number, rest: number, limit: number): boolean {
  const code = text.charCodeAt(rest);
  if (code === LEFT_PAREN || code === LEFT_BRACKET || code === 44 || code === 59) return true;
  if (code === COLON || code === 46 || code === 0xff08 || code === 0x2192) return true;
  if (code === 0x2014 || code === 0x2013) return true;
  if (code === DASH) return rest > end;
  if (code === 64 || (code >= 48 && code <= 57)) return true;
  return (
    rest > end &&
    /^(?:on|by|in|at|since|via|until)\s/.test(text.slice(rest, Math.min(limit, rest + 8)))
  );
}

function isChoice(text: string, rest: number, limit: number): boolean {
  const code = text.charCodeAt(rest);
  if (code !== 124 && code !== 47) return false;
  const next = skipDecoration(text, rest + 1, limit);
  return longestWord(text, next, limit) !== null || readEmoji(text, next, limit) !== null;
}

function skipDecoration(text: string, from: number, end: number): number {
  let at = skipSpaces(text, from, end);
  for (;;) {
    const code = text.charCodeAt(at);
    // * _ ` ~
    if (at >= end || (code !== 42 && code !== 95 && code !== 96 && code !== 126)) return at;
    at = skipSpaces(text, at + 1, end);
  }
}

function isWordPart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 39 ||
    code === 0x2019 ||
    (code >= 0xc0 && code < 0x2000) ||
    (code >= 0x3040 && code < 0xd800 && code !== 0x30fb)
  );
}

function isJoint(code: number): boolean {
  return isSpace(code) || code === 95 || code === DASH || code === 0x2011 || code === 47;
}

function isEmoji(code: number): boolean {
  return (
    (code >= 0x1f000 && code <= 0x1faff) ||
    (code >= 0x2600 && code <= 0x27bf) ||
    (code >= 0x2b00 && code <= 0x2bff) ||
    (code >= 0x23e9 && code <= 0x23fa) ||
    (code >= 0x25a0 && code <= 0x25ff) ||
    code === 0x231a ||
    code === 0x231b ||
    code === 0x203c
  );
}
