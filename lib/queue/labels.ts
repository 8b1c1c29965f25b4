import { ownCopy } from '../core/own-copy.ts';
import {
  BACKTICK,
  COLON,
  isLetter,
  isPlainWords,
  isSpace,
  STAR,
  skipSpaces,
  trimEnd,
  UNDERSCORE,
} from './characters.ts';
import { readEmoji } from './words.ts';

/** A label and where its value stands on the same line. */
export interface Label {
  label: string;
  labelStart: number;
  valueStart: number;
  valueEnd: number;
  bold: boolean;
}

/** Labels are short. */
const LONGEST = 40;

/** Labels that may follow another on one line, after `|`, `·` or `•`. */
const COMMON = new Set([
  'status',
  'state',
  'priority',
  'owner',
  'assignee',
  'assigned',
  'assigned to',
  'created',
  'updated',
  'completed',
  'due',
  'effort',
  'estimate',
  'type',
  'area',
  'files',
  'file',
  'depends on',
  'dependencies',
  'blocked by',
  'id',
  'date',
  'source',
  'risk',
  'impact',
  'size',
  'verify',
  'commit',
  'branch',
  'tags',
  'started',
  'timeout',
  'attempts',
  'body',
  'approval',
  'budget',
  'produces',
  'every',
  'not before',
  'scope',
  'phase',
  'category',
  'complexity',
  'model',
  'agent',
  'severity',
  'pr',
  'repo',
]);

const NONE: readonly Label[] = [];

/**
 * The labels of one line, in order: `**L:** v`, `**L**: v`, `L: v`, `**L:** v | **M:** w`. `from`
 * is where the line's text starts, after a bullet.
 */
export function readLabels(text: string, from: number, end: number): readonly Label[] {
  const first = readLabel(text, from, end);
  if (first === null) return NONE;
  const labels = [first];
  let last = first;
  let at = first.valueStart;
  let code = false;
  while (at < end) {
    const char = text.charCodeAt(at);
    if (char === BACKTICK) code = !code;
    if (
      (char === STAR || char === 124 || char === 0xb7 || char === 0x2022) &&
      !code &&
      at > last.valueStart &&
      startsAnother(text, at, char)
    ) {
      const next = readLabel(text, char === STAR ? at : skipSpaces(text, at + 1, end), end);
      if (
        next !== null &&
        (next.bold ? last.bold || char !== STAR : COMMON.has(normaliseLabel(next.label)))
      ) {
        last.valueEnd = trimValue(text, last.valueStart, at);
        labels.push(next);
        last = next;
        at = next.valueStart;
        continue;
      }
    }
    at++;
  }
  return labels;
}

/** Lower case, words joined by one space: `Depends_on` is `depends on`. */
export function normaliseLabel(written: string): string {
  const known = CACHE.get(written);
  if (known !== undefined) return known;
  const label = ownCopy(written);
  const lower = label.toLowerCase();
  const normal = isPlainWords(label) ? lower : lower.replace(/[\s_-]+/g, ' ').trim();
  if (CACHE.size < CACHE_SIZE) CACHE.set(label, normal);
  return normal;
}

const CACHE = new Map<string, string>();
const CACHE_SIZE = 2000;

/** 1 for the characters that `readLabel` asks for within a label. */
const SPECIAL = new Uint8Array(128);
for (const char of ' \t\r:*_`.,;|[=<') SPECIAL[char.charCodeAt(0)] = 1;

/** The first label of a line, its value up to the line's end. */
export function readLabel(text: string, from: number, end: number): Label | null {
  let at = skipSpaces(text, from, end);
  const emoji = text.charCodeAt(at) > 0x2000 ? readEmoji(text, at, end) : null;
  if (emoji !== null) at = skipSpaces(text, emoji.end, end);
  const open = at;
  while (at < end && isMark(text.charCodeAt(at))) at++;
  const marks = at - open;
  const inner = marks > 0 && text.charCodeAt(at) > 0x2000 ? readEmoji(text, at, end) : null;
  if (inner !== null) at = skipSpaces(text, inner.end, end);
  const labelStart = at;
  const first = text.charCodeAt(at);
  if (!(isLetter(first) || first > 0xbf) || at >= end) return null;
  const limit = Math.min(end, at + LONGEST);
  let words = 1;
  for (; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 && SPECIAL[code] === 0) continue;
    if (code === COLON || code === 0xff1a) return atColon(text, labelStart, at, end, marks);
    if (
      marks > 0 &&
      isMark(code) &&
      text.charCodeAt(at + 1) !== code &&
      !isMark(text.charCodeAt(at + 1)) &&
      code !== UNDERSCORE
    )
      return afterMarks(text, labelStart, at, at + 1, end);
    if (marks > 0 && code === STAR && text.charCodeAt(at + 1) === STAR)
      return afterMarks(text, labelStart, at, at + 2, end);
    if (isSpace(code) && ++words > (marks > 0 ? 5 : 4)) return null;
    if (
      code === 46 ||
      code === 44 ||
      code === 59 ||
      code === 124 ||
      code === 91 ||
      code === 61 ||
      code === 60
    )
      return null;
  }
  return null;
}

/** `L: v` or `**L:** v`. */
function atColon(
  text: string,
  start: number,
  colon: number,
  end: number,
  marks: number,
): Label | null {
  let at = colon + 1;
  if (text.charCodeAt(at) === COLON) at++;
  const closed = at;
  if (marks > 0) while (at < end && isMark(text.charCodeAt(at)) && at - closed < marks) at++;
  if (
    at < end &&
    !isSpace(text.charCodeAt(at)) &&
    text.charCodeAt(colon) === COLON &&
    at === closed
  )
    return null;
  return value(text, start, colon, at, end, marks > 0);
}

/** `**L**: v`. */
function afterMarks(
  text: string,
  start: number,
  labelEnd: number,
  after: number,
  end: number,
): Label | null {
  const code = text.charCodeAt(after);
  if (after >= end || (code !== COLON && code !== 0xff1a)) return null;
  return value(text, start, labelEnd, after + 1, end, true);
}

function value(
  text: string,
  labelStart: number,
  labelEnd: number,
  from: number,
  end: number,
  bold: boolean,
): Label {
  const valueStart = skipSpaces(text, from, end);
  return {
    label: text.slice(labelStart, trimEnd(text, labelStart, labelEnd)),
    labelStart,
    valueStart: Math.min(valueStart, end),
    valueEnd: trimEnd(text, Math.min(valueStart, end), end),
    bold,
  };
}

function startsAnother(text: string, at: number, code: number): boolean {
  if (code === STAR) return text.charCodeAt(at + 1) === STAR && isSpace(text.charCodeAt(at - 1));
  return (code === 124 || code === 0xb7 || code === 0x2022) && isSpace(text.charCodeAt(at + 1));
}

/** Without the separator before the next label. */
function trimValue(text: string, start: number, end: number): number {
  let at = trimEnd(text, start, end);
  while (
    at > start &&
    /[|·•,;—–-]/.test(text.charAt(at - 1)) &&
    (at - 1 === start ||
      isSpace(text.charCodeAt(at - 2)) ||
      text.charAt(at - 1) === ',' ||
      text.charAt(at - 1) === ';')
  ) {
    at = trimEnd(text, start, at - 1);
  }
  return at;
}

function isMark(code: number): boolean {
  return code === STAR || code === UNDERSCORE || code === BACKTICK;
}
