import { takeLabels } from './bracket-labels.ts';
import {
  BACKTICK,
  isDigit,
  isSpace,
  LEFT_BRACKET,
  LEFT_PAREN,
  RIGHT_BRACKET,
  RIGHT_PAREN,
  STAR,
  skipSpaces,
} from './characters.ts';
import {
  afterSeparator,
  closing,
  isMark,
  runOf,
  skipDecoration,
  trimDecoration,
} from './decoration.ts';
import type { Head, HeadOptions } from './head.ts';
import { type FoundId, readId } from './ids.ts';
import { priorityOfEmoji, priorityOfWord } from './priority.ts';
import { BOX_MARKS } from './vocabulary.ts';
import { readEmoji, readStatus } from './words.ts';

/** Takes decoration, brackets, emoji, priorities and the id off the front; returns where the title starts. */
export function readFront(text: string, head: Head, options: HeadOptions): number {
  const end = head.titleEnd;
  let at = head.titleStart;
  // Tags such as `[backend]` are the title's, unless an id, status or priority follows them.
  let tags = -1;
  for (let guard = 0; guard < 12 && at < end; guard++) {
    const from = at;
    at = skipSpaces(text, at, end);
    const code = text.charCodeAt(at);
    if (isMark(code)) {
      const run = runOf(text, at, end);
      const taken = takeFront(text, at + run, head, text.charAt(at), options);
      if (taken === null) return tags === -1 ? at : tags;
      at = taken;
      tags = -1;
      continue;
    }
    const taken = takeFront(text, at, head, '', options);
    if (taken !== null) {
      at = taken;
      tags = -1;
    } else {
      const tag = tagEnd(text, at, end);
      if (tag === null) return tags === -1 ? at : tags;
      if (tags === -1) tags = at;
      at = tag;
    }
    if (at === from) return at;
  }
  return tags === -1 ? Math.min(at, end) : tags;
}

/** `2.`, which may only count: `2. ✅ LINT-FIX-001: …`. */
function isRowNumber({ id, strength }: FoundId): boolean {
  return strength === 'number' && /^\d{1,4}$/.test(id);
}

function outranks({ id, strength }: FoundId): boolean {
  return strength === 'strong' || (strength === 'number' && /^[A-Z]+-/.test(id));
}

/** The end of a tag `[backend]`, or of a date that an id may follow. */
function tagEnd(text: string, at: number, end: number): number | null {
  const code = text.charCodeAt(at);
  if (code !== LEFT_BRACKET && !isDigit(code)) return null;
  const match = /^(?:\[[\p{L}][\p{L}\p{N}_./-]{0,24}\](?!\()|\d{4}-\d{2}-\d{2}[:,]?)\s+/u.exec(
    text.slice(at, Math.min(end, at + 40)),
  );
  return match === null ? null : at + match[0].length;
}

/** One thing off the front, with the separator after it; null where the title starts here. */
function takeFront(
  text: string,
  at: number,
  head: Head,
  closer: string,
  options: HeadOptions,
): number | null {
  const end = head.titleEnd;
  const code = text.charCodeAt(at);
  if (code > 0x2000 && !isIdeograph(code)) return takeEmoji(text, at, head);
  if (code === LEFT_BRACKET || code === LEFT_PAREN) return takeBracket(text, at, head);
  if (code === 64 && head.id === null) return takeMention(text, at, head);
  if (head.id === null || isRowNumber(head.id)) {
    const id = readId(text, at, end, { closer });
    if (id !== null && (head.id === null || outranks(id))) {
      head.id = id;
      return afterSeparator(text, id.end, end);
    }
  }
  if (code === 80 || code === 112) {
    const next = takePriority(text, at, head);
    if (next !== null) return next;
  }
  if (closer === '`' && options.words) return takeCode(text, at, head);
  return options.words ? takeWord(text, at, head) : takePriorityWord(text, at, head);
}

/** Chinese, Japanese, Korean; emoji stand before or behind them. */
function isIdeograph(code: number): boolean {
  return code >= 0x3040 && code < 0xd800;
}

function takeEmoji(text: string, at: number, head: Head): number | null {
  const emoji = readEmoji(text, at, head.titleEnd);
  if (emoji === null) return null;
  const priority = priorityOfEmoji(emoji.base);
  if (priority !== null) head.priority ??= priority;
  else if (emoji.status !== undefined && head.status === null) {
    head.status = { status: emoji.status, start: at, end: emoji.end, exact: true, choice: false };
    head.place = 'bracket';
    head.emojiOnly = true;
  }
  return skipSpaces(text, emoji.end, head.titleEnd);
}

/** `[TASK-1]`, `[DONE]`, `[P0]`, `[queued, normal]`, `[x]`, `[TASK-1](link)`; other brackets are the title's. */
function takeBracket(text: string, at: number, head: Head): number | null {
  const close = closing(text, at, head.titleEnd);
  if (close === -1) return null;
  const link = text.charCodeAt(at) === LEFT_BRACKET && text.charCodeAt(close + 1) === LEFT_PAREN;
  if (!link && close - at <= 2 && text.charCodeAt(at) === LEFT_BRACKET)
    return takeMark(text, at, close, head);
  const inner = skipDecoration(text, at + 1, close);
  const innerEnd = trimDecoration(text, inner, close);
  if (head.id === null || isRowNumber(head.id)) {
    const id = readId(text, inner, innerEnd, { closer: text.charAt(innerEnd) });
    if (
      id !== null &&
      (head.id === null || outranks(id)) &&
      id.end === innerEnd &&
      id.strength !== 'slug' &&
      (id.strength !== 'number' || id.id.startsWith('#') || !link)
    ) {
      head.id = id;
      const after = link ? closing(text, close + 1, head.titleEnd) : close;
      return afterSeparator(text, (after === -1 ? close : after) + 1, head.titleEnd);
    }
  }
  if (link) return null;
  return takeLabels(text, inner, innerEnd, head, 'bracket')
    ? afterSeparator(text, close + 1, head.titleEnd)
    : null;
}

/** A box in a heading: `### [x] title`. */
function takeMark(text: string, at: number, close: number, head: Head): number | null {
  const status = BOX_MARKS[text.slice(at + 1, close).trim()];
  if (status === undefined || head.status !== null) return null;
  head.status = { status, start: at + 1, end: close, exact: true, choice: false };
  head.place = 'bracket';
  return afterSeparator(text, close + 1, head.titleEnd);
}

/** `@NAME:` before an id is decoration. */
function takeMention(text: string, at: number, head: Head): number | null {
  const match = /^@[\w-]{1,30}:\s*/.exec(text.slice(at, Math.min(head.titleEnd, at + 40)));
  if (match === null) return null;
  const id = readId(text, at + match[0].length, head.titleEnd, { closer: '' });
  return id === null ? null : at + match[0].length;
}

/** `P0:`, `P1 —`, `P2 `: the priority, never the id. */
function takePriority(text: string, at: number, head: Head): number | null {
  const digit = text.charCodeAt(at + 1);
  if (!isDigit(digit) || at + 1 >= head.titleEnd) return null;
  const next = text.charCodeAt(at + 2);
  const ends =
    at + 2 >= head.titleEnd ||
    isSpace(next) ||
    next === 58 ||
    next === STAR ||
    next === BACKTICK ||
    next === RIGHT_BRACKET ||
    next === RIGHT_PAREN ||
    next === 46;
  if (!ends || (next === 46 && isDigit(text.charCodeAt(at + 3)))) return null;
  if (at + 2 >= head.titleEnd) return null;
  head.priority ??= digit - 48;
  return afterSeparator(text, at + 2, head.titleEnd);
}

/** `DONE: …`, `TODO — …`, `IN PROGRESS: …` in capitals. */
function takeWord(text: string, at: number, head: Head): number | null {
  if (head.status === null || head.emojiOnly) {
    const status = readStatus(text, at, head.titleEnd);
    if (
      status !== null &&
      !status.choice &&
      (head.status === null || head.status.status === status.status)
    ) {
      const raw = text.slice(status.start, status.end);
      const rest = text.slice(status.end, Math.min(head.titleEnd, status.end + 4));
      const last =
        head.id !== null && skipDecoration(text, status.end, head.titleEnd) >= head.titleEnd;
      const sep = last || /^[*_`]*\s*(?::|—|–|-\s|\|)/.test(rest);
      if (
        raw === raw.toUpperCase() &&
        /\p{Lu}{2}/u.test(raw) &&
        sep &&
        !/^(?:NEW|NOW|NEXT|OPEN|CURRENT|LIVE|FUTURE|LATER|READY|TEST|TESTING|ERROR|IDEAS?|REVIEW|QA)$/.test(
          raw,
        )
      ) {
        head.status = { ...status, start: head.status?.start ?? status.start };
        head.place = 'bracket';
        head.emojiOnly = false;
        return afterSeparator(text, status.end, head.titleEnd);
      }
    }
  }
  return takePriorityWord(text, at, head);
}

/** `` `done` Build the bridge ``; with a dash after it the line explains the word. */
function takeCode(text: string, at: number, head: Head): number | null {
  const status = head.status === null ? readStatus(text, at, head.titleEnd) : null;
  if (status === null || status.start !== at || text.charCodeAt(status.end) !== BACKTICK)
    return null;
  const next = skipSpaces(text, status.end + 1, head.titleEnd);
  if (
    next >= head.titleEnd ||
    next === status.end + 1 ||
    !/[\p{L}\p{N}[(*"'`]/u.test(text.charAt(next))
  )
    return null;
  head.status = status;
  head.place = 'bracket';
  return next;
}

/** `HIGH: …`, `CRITICAL — …`, in capitals. */
function takePriorityWord(text: string, at: number, head: Head): number | null {
  const code = text.charCodeAt(at);
  if (code < 65 || code > 90) return null;
  const word = /^[A-Z]{3,9}(?=[*_`]*(?::|\s(?:—|–|-)\s))/.exec(
    text.slice(at, Math.min(head.titleEnd, at + 14)),
  )?.[0];
  if (word === undefined) return null;
  const priority = priorityOfWord(word);
  if (priority === null) return null;
  head.priority ??= priority;
  return afterSeparator(text, at + word.length, head.titleEnd);
}
