import {
  BACKTICK, isDigit, isSpace, LEFT_BRACKET, LEFT_PAREN, RIGHT_BRACKET, RIGHT_PAREN, skipSpaces, STAR, TILDE, trimEnd, UNDERSCORE,
} from './characters.ts';
import { type FoundId, readId } from './ids.ts';
import { plainText } from './inline.ts';
import { priorityOfEmoji, priorityOfWord, readPriority } from './priority.ts';
import { BOX_MARKS } from './vocabulary.ts';
import { readEmoji, readStatus, type StatusToken } from './words.ts';

/** Where an entry's own line says its status. */
export type StatusPlace = 'bracket' | 'suffix';

/** What an entry's own line says, once its marker and box are off. */
export interface Head {
  id: FoundId | null;
  title: string;
  /** The title's own bytes, decoration inside included. */
  titleStart: number;
  titleEnd: number;
  status: StatusToken | null;
  place: StatusPlace | null;
  /** True where an emoji alone says the status. */
  emojiOnly: boolean;
  priority: number | null;
  /** Values that the line carries after its title: `(priority: 2)`, `blocked-by: x`, `🆔 x`. */
  tags: Tag[];
}

export interface Tag {
  label: string;
  start: number;
  end: number;
}

/** What may be a status on the line: prose is less trusted in a checkbox than in a heading. */
export interface HeadOptions {
  /** A bare leading word in capitals: `DONE: …`. */
  words: boolean;
  /** A trailing word in capitals after a colon: `…: COMPLETE`. */
  colon: boolean;
}

/** Reads `start`–`end` of `text`: decoration, id, status, priority and tails off, the title left. */
export function readHead(text: string, start: number, end: number, options: HeadOptions): Head {
  const head: Head = {
    id: null, title: '', titleStart: start, titleEnd: trimEnd(text, start, end), status: null, place: null, emojiOnly: false, priority: null, tags: [],
  };
  head.titleStart = readFront(text, head, options);
  readBack(text, head, options);
  head.title = plainText(text.slice(head.titleStart, head.titleEnd)).replace(/[\s:;,|–—-]+$/, '');
  if (head.title === '' && head.id !== null) head.title = plainText(head.id.id);
  return head;
}

/** Takes decoration, brackets, emoji, priorities and the id off the front; returns where the title starts. */
function readFront(text: string, head: Head, options: HeadOptions): number {
  const end = head.titleEnd;
  let at = head.titleStart;
  const closer = '';
  // Tags such as `[backend]` are the title's, unless an id, status or priority follows them.
  let tags = -1;
  for (let guard = 0; guard < 12 && at < end; guard++) {
    const from = at;
    at = skipSpaces(text, at, end);
    const code = text.charCodeAt(at);
    if (code === STAR || code === UNDERSCORE || code === TILDE || code === BACKTICK) {
      const run = runOf(text, at, end);
      const taken = takeFront(text, at + run, head, text.charAt(at), options);
      if (taken === null) return tags === -1 ? at : tags;
      at = taken;
      tags = -1;
      continue;
    }
    const taken = takeFront(text, at, head, closer, options);
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

/** The end of a tag `[backend]`, or of a date that an id may follow. */
function tagEnd(text: string, at: number, end: number): number | null {
  const match = /^(?:\[[\p{L}][\p{L}\p{N}_./-]{0,24}\](?!\()|\d{4}-\d{2}-\d{2}[:,]?)\s+/u.exec(text.slice(at, Math.min(end, at + 40)));
  return match === null ? null : at + match[0].length;
}

/** One thing off the front, with the separator after it; null where the title starts here. */
function takeFront(text: string, at: number, head: Head, closer: string, options: HeadOptions): number | null {
  const end = head.titleEnd;
  const code = text.charCodeAt(at);
  if (code > 0x2000) return takeEmoji(text, at, head);
  if (code === LEFT_BRACKET || code === LEFT_PAREN) return takeBracket(text, at, head);
  if (code === 64 && head.id === null) return takeMention(text, at, head);
  if (head.id === null) {
    const id = readId(text, at, end, { closer });
    if (id !== null) {
      head.id = id;
      return afterSeparator(text, id.end, end);
    }
  }
  if (code === 80 || code === 112) {
    const next = takePriority(text, at, head);
    if (next !== null) return next;
  }
  return options.words ? takeWord(text, at, head) : takePriorityWord(text, at, head);
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
  if (!link && close - at <= 2 && text.charCodeAt(at) === LEFT_BRACKET) return takeMark(text, at, close, head);
  const inner = skipDecoration(text, at + 1, close);
  const innerEnd = trimDecoration(text, inner, close);
  if (head.id === null) {
    const id = readId(text, inner, innerEnd, { closer: text.charAt(innerEnd) });
    if (id !== null && id.end === innerEnd && id.strength !== 'slug' && (id.strength !== 'number' || id.id.startsWith('#') || !link)) {
      head.id = id;
      const after = link ? closing(text, close + 1, head.titleEnd) : close;
      return afterSeparator(text, (after === -1 ? close : after) + 1, head.titleEnd);
    }
  }
  if (link) return null;
  return takeLabels(text, inner, innerEnd, head, 'bracket') ? afterSeparator(text, close + 1, head.titleEnd) : null;
}

/** A box in a heading: `### [x] title`. */
function takeMark(text: string, at: number, close: number, head: Head): number | null {
  const status = BOX_MARKS[text.slice(at + 1, close).trim()];
  if (status === undefined || head.status !== null) return null;
  head.status = { status, start: at + 1, end: close, exact: true, choice: false };
  head.place = 'bracket';
  return afterSeparator(text, close + 1, head.titleEnd);
}

/** `DONE`, `P1`, `queued, normal` within brackets: true where every part is a status or a priority. */
function takeLabels(text: string, start: number, end: number, head: Head, place: StatusPlace): boolean {
  if (end <= start || end - start > 200) return false;
  const status = readStatus(text, start, end);
  if (status !== null && status.exact && !status.choice && head.status === null) {
    head.status = { ...status, end: Math.min(status.end, end) };
    head.place = place;
    const rest = text.slice(status.end, end).replace(/^\s*[,;|/·]\s*/, '');
    if (rest !== '') head.priority ??= wholePriority(rest);
    return true;
  }
  const inner = text.slice(start, end);
  const priority = wholePriority(inner);
  if (priority !== null) {
    head.priority ??= priority;
    return true;
  }
  const comma = inner.indexOf(',');
  if (comma > 0 && wholePriority(inner.slice(0, comma)) !== null) {
    const after = readStatus(text, start + comma + 1, end);
    if (after?.exact === true) {
      head.priority ??= wholePriority(inner.slice(0, comma));
      if (head.status === null) {
        head.status = after;
        head.place = place;
      }
      return true;
    }
  }
  return false;
}

/** The priority that a text names if it says nothing else. */
function wholePriority(text: string): number | null {
  const trimmed = text.trim();
  if (!/^(?:p\d|[\p{L}-]{3,9}(?:\s+priority)?|prio(?:rity)?\s*[:=]?\s*\S{1,9}|#[A-E])$/iu.test(trimmed)) return null;
  return readPriority(trimmed.replace(/^prio(?:rity)?\s*[:=]?\s*/i, '').replace(/^#/, ''));
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
  const ends = at + 2 >= head.titleEnd || isSpace(next) || next === 58 || next === STAR || next === BACKTICK || next === RIGHT_BRACKET || next === RIGHT_PAREN || next === 46;
  if (!ends || (next === 46 && isDigit(text.charCodeAt(at + 3)))) return null;
  if (at + 2 >= head.titleEnd) return null;
  head.priority ??= digit - 48;
  return afterSeparator(text, at + 2, head.titleEnd);
}

/** `DONE: …`, `TODO — …`, `IN PROGRESS: …` in capitals. */
function takeWord(text: string, at: number, head: Head): number | null {
  if (head.status === null || head.emojiOnly) {
    const status = readStatus(text, at, head.titleEnd);
    if (status !== null && !status.choice && (head.status === null || head.status.status === status.status)) {
      const raw = text.slice(status.start, status.end);
      const rest = text.slice(status.end, status.end + 4);
      const last = head.id !== null && skipDecoration(text, status.end, head.titleEnd) >= head.titleEnd;
      const sep = last || /^[*_`]*\s*(?::|—|–|-\s|\|)/.test(rest);
      if (raw === raw.toUpperCase() && /\p{Lu}{2}/u.test(raw) && sep && !/^(?:NEW|NOW|NEXT|OPEN|CURRENT|LIVE|FUTURE|LATER|READY|TEST|TESTING|ERROR|IDEAS?|REVIEW|QA)$/.test(raw)) {
        head.status = { ...status, start: head.status?.start ?? status.start };
        head.place = 'bracket';
        head.emojiOnly = false;
        return afterSeparator(text, status.end, head.titleEnd);
      }
    }
  }
  return takePriorityWord(text, at, head);
}

/** `HIGH: …`, `CRITICAL — …`, in capitals. */
function takePriorityWord(text: string, at: number, head: Head): number | null {
  const code = text.charCodeAt(at);
  if (code < 65 || code > 90) return null;
  const word = /^[A-Z]{3,9}(?=[*_`]*(?::|\s(?:—|–|-)\s))/.exec(text.slice(at, Math.min(head.titleEnd, at + 14)))?.[0];
  if (word === undefined) return null;
  const priority = priorityOfWord(word);
  if (priority === null) return null;
  head.priority ??= priority;
  return afterSeparator(text, at + word.length, head.titleEnd);
}

const OBSIDIAN: Readonly<Record<string, string>> = {
  '📅': 'due', '⏳': 'scheduled', '🛫': 'start', '➕': 'created', '✅': 'done', '❌': 'cancelled', '🔁': 'every', '🆔': 'id', '⛔': 'depends on', '🏁': 'on completion',
};

/** Takes tails off the end: comments, brackets, emoji, ` — DONE`, Obsidian's dates. */
function readBack(text: string, head: Head, options: HeadOptions): void {
  for (let guard = 0; guard < 16; guard++) {
    head.titleEnd = trimEnd(text, head.titleStart, head.titleEnd);
    if (head.titleEnd <= head.titleStart) return;
    const before = head.titleEnd;
    takeBack(text, head, options);
    if (head.titleEnd === before) return;
  }
}

function takeBack(text: string, head: Head, options: HeadOptions): void {
  const { titleStart, titleEnd } = head;
  const bare = trimDecoration(text, titleStart, titleEnd);
  const code = text.charCodeAt(bare - 1);
  if (code === 62 && text.endsWith('-->', bare) === false && text.slice(bare - 3, bare) === '-->') {
    const open = text.lastIndexOf('<!--', bare);
    if (open >= titleStart) head.titleEnd = open;
    return;
  }
  if (code === RIGHT_BRACKET || code === RIGHT_PAREN) {
    const open = opening(text, titleStart, bare - 1);
    if (open > titleStart && takeBackBracket(text, open, bare, head)) return;
  } else if (code > 0x2000 && takeBackEmoji(text, bare, head)) return;
  if (takeBackTag(text, bare, head)) return;
  takeBackDash(text, bare, head, options);
}

/** ` [DONE]`, ` (in progress)`, ` (P1)`, ` (priority: 2)`, ` (@agent)` at the end. */
function takeBackBracket(text: string, open: number, end: number, head: Head): boolean {
  if (text.charCodeAt(open) === LEFT_PAREN && text.charCodeAt(open - 1) === RIGHT_BRACKET) return false;
  const inner = skipDecoration(text, open + 1, end - 1);
  const innerEnd = trimDecoration(text, inner, end - 1);
  const source = text.slice(inner, innerEnd);
  const round = text.charCodeAt(open) === LEFT_PAREN;
  if (/^@[\w/-]+$/.test(source)) {
    head.titleEnd = open;
    return true;
  }
  const labelled = /^([A-Za-z][\w -]{0,20})(?:::?|=)\s*(\S.*)$/.exec(source);
  if (labelled !== null && !/^https?$/i.test(labelled[1] ?? '')) {
    const label = (labelled[1] ?? '').toLowerCase().replace(/[-_\s]+/g, ' ');
    if (label === 'priority' || label === 'prio') head.priority ??= readPriority(labelled[2] ?? '');
    if (label === 'status' && takeLabels(text, innerEnd - (labelled[2] ?? '').length, innerEnd, head, 'suffix')) {
      head.titleEnd = open;
      return true;
    }
    if (!TAG_LABELS.has(label) && (round || label.length > 16)) return false;
    head.tags.push({ label, start: innerEnd - (labelled[2] ?? '').length, end: innerEnd });
    head.titleEnd = open;
    return true;
  }
  const known = head.status;
  const token = readStatus(text, inner, innerEnd);
  // `(next)`, `(open)` in round brackets are prose as often as not: only capitals, emoji or a past word.
  if (round && token !== null && !isEmphatic(text, token)) return false;
  if (!takeLabels(text, inner, innerEnd, head, 'suffix')) {
    if (known !== null && token?.exact === true) {
      head.titleEnd = open;
      return true;
    }
    return false;
  }
  head.titleEnd = open;
  return true;
}

const TAG_LABELS = new Set([
  'priority', 'prio', 'hold', 'due', 'start', 'scheduled', 'created', 'completion', 'id', 'blocked by', 'depends on', 'depends', 'owner', 'assignee', 'agent', 'repeat', 'every', 'status', 'kind', 'repo', 'done', 'completed', 'estimate', 'effort',
]);

function isEmphatic(text: string, token: StatusToken): boolean {
  const raw = text.slice(token.start, token.end);
  if (raw === raw.toUpperCase()) return true;
  return token.status === 'COMPLETE' || token.status === 'IN_PROGRESS' || token.status === 'BLOCKED' || token.status === 'DEFERRED' || token.status === 'CANCELLED';
}

function takeBackEmoji(text: string, end: number, head: Head): boolean {
  let at = end - 1;
  const low = text.charCodeAt(at);
  if (low === 0xfe0f || low === 0x20e3) at--;
  if (text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) <= 0xdfff) at--;
  const emoji = readEmoji(text, at, end);
  if (emoji === null || emoji.end < end || at <= head.titleStart) return false;
  const priority = priorityOfEmoji(emoji.base);
  if (priority !== null) head.priority ??= priority;
  else if (emoji.status !== undefined) {
    if (head.status === null) {
      head.status = { status: emoji.status, start: at, end, exact: true, choice: false };
      head.place = 'suffix';
      head.emojiOnly = true;
    }
  } else return false;
  head.titleEnd = at;
  return true;
}

/** `📅 2026-01-02`, `🆔 x`, `blocked-by: x` at the end. */
function takeBackTag(text: string, end: number, head: Head): boolean {
  const from = Math.max(head.titleStart, end - 60);
  const source = text.slice(from, end);
  const dated = /(📅|⏳|🛫|➕|✅|❌|🔁|🆔|⛔|🏁)\ufe0f?\s*([^\p{Extended_Pictographic}]*?)$/u.exec(source);
  if (dated !== null && (dated[2] ?? '') !== '' && isObsidianValue(dated[1] ?? '', dated[2] ?? '')) {
    const start = end - (dated[2] ?? '').length;
    head.tags.push({ label: OBSIDIAN[dated[1] ?? ''] ?? '', start, end });
    head.titleEnd = from + dated.index;
    return true;
  }
  const keyed = /\s(blocked-by|blocked_by|depends-on|depends|priority|due|id|owner|kind|repo):\s?([\w.,#/@-]+)$/.exec(source);
  if (keyed !== null) {
    const label = (keyed[1] ?? '').replace(/[-_]/g, ' ');
    head.tags.push({ label, start: end - (keyed[2] ?? '').length, end });
    if (label === 'priority') head.priority ??= readPriority(keyed[2] ?? '');
    head.titleEnd = from + keyed.index;
    return true;
  }
  return false;
}

function isObsidianValue(mark: string, value: string): boolean {
  if (mark === '🔁') return /^every\s/i.test(value);
  if (mark === '🆔' || mark === '⛔') return /^[\w-]+(?:,\s*[\w-]+)*$/.test(value);
  if (mark === '🏁') return /^(?:keep|delete)$/i.test(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** ` — DONE`, ` - IN PROGRESS (x)`, `: COMPLETE`, ` → done`, ` ✅ DONE` at the end. */
function takeBackDash(text: string, end: number, head: Head, options: HeadOptions): void {
  if (head.status !== null && head.place === 'suffix') return;
  const from = Math.max(head.titleStart + 1, end - 200);
  let depth = 0;
  for (let at = end - 1; at > from; at--) {
    const code = text.charCodeAt(at);
    if (code === RIGHT_BRACKET || code === RIGHT_PAREN) depth++;
    else if ((code === LEFT_BRACKET || code === LEFT_PAREN) && --depth < 0) return;
    if (depth > 0) continue;
    const dash = code === 0x2014 || code === 0x2013 || code === 0x2192 || (code === 45 && isSpace(text.charCodeAt(at - 1)));
    const colon = code === 58 && options.colon;
    const mark = code > 0x2500 && isSpace(text.charCodeAt(at - 1)) && readEmoji(text, at, end)?.status !== undefined;
    if (!dash && !colon && !mark) continue;
    if (!mark && !isSpace(text.charCodeAt(at + 1))) continue;
    const token = readStatus(text, mark ? at : at + 1, end);
    if (token === null || !token.exact || token.choice) continue;
    if (!options.words && !isEmphatic(text, token)) continue;
    if (colon && text.slice(token.start, token.end) !== text.slice(token.start, token.end).toUpperCase()) continue;
    if (head.status === null) {
      head.status = token;
      head.place = 'suffix';
    }
    head.titleEnd = mark || colon ? at : at - (code === 45 && text.charCodeAt(at - 1) === 45 ? 1 : 0);
    return;
  }
}

function afterSeparator(text: string, from: number, end: number): number {
  let at = from;
  for (;;) {
    at = skipSpaces(text, at, end);
    if (at >= end) return end;
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (code === STAR || code === BACKTICK || code === TILDE || (code === UNDERSCORE && !/\w/.test(text.charAt(at + 1)))) {
      // Decoration that closes here; one that opens belongs to what follows.
      if (at > from && isSpace(text.charCodeAt(at - 1)) && !isSpace(next)) return at;
      at++;
    } else if (code === 58 || code === 0xff1a || code === 0x2014 || code === 0x2013 || code === 124 || code === 0xb7 || code === 0x2192) at++;
    else if ((code === 46 || code === RIGHT_PAREN || code === 45) && (isSpace(next) || at + 1 >= end || next === STAR)) at++;
    else if (code === 45 && next === 45) at += 2;
    else return at;
  }
}

function runOf(text: string, at: number, end: number): number {
  let stop = at;
  while (stop < end && text.charCodeAt(stop) === text.charCodeAt(at)) stop++;
  // `***~~` and the like: go on to the next kind of mark.
  while (stop < end && /[*~`]/.test(text.charAt(stop))) stop++;
  return stop - at;
}

function closing(text: string, at: number, end: number): number {
  const close = text.charCodeAt(at) === LEFT_BRACKET ? RIGHT_BRACKET : RIGHT_PAREN;
  const limit = Math.min(end, at + 300);
  for (let i = at + 1; i < limit; i++) if (text.charCodeAt(i) === close) return i;
  return -1;
}

function opening(text: string, start: number, at: number): number {
  const close = text.charCodeAt(at);
  const open = close === RIGHT_BRACKET ? LEFT_BRACKET : LEFT_PAREN;
  const limit = Math.max(start, at - 300);
  let depth = 0;
  for (let i = at; i >= limit; i--) {
    const code = text.charCodeAt(i);
    if (code === close) depth++;
    else if (code === open && --depth === 0) return i;
  }
  return -1;
}

function skipDecoration(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isSpace(text.charCodeAt(at)) || isMark(text.charCodeAt(at)))) at++;
  return at;
}

function trimDecoration(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && (isSpace(text.charCodeAt(at - 1)) || isMark(text.charCodeAt(at - 1)))) at--;
  return at;
}

function isMark(code: number): boolean {
  return code === STAR || code === UNDERSCORE || code === TILDE || code === BACKTICK;
}
