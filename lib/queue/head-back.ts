import { takeLabels } from './bracket-labels.ts';
import {
  isLetter,
  isSpace,
  LEFT_BRACKET,
  LEFT_PAREN,
  RIGHT_BRACKET,
  RIGHT_PAREN,
  SPACE,
  trimEnd,
} from './characters.ts';
import { isMark, opening, skipDecoration, trimDecoration } from './decoration.ts';
import { takeBackDependency } from './dependency-tail.ts';
import type { Head, HeadOptions } from './head.ts';
import { priorityOfEmoji, readPriority } from './priority.ts';
import { takeBackList } from './tail-list.ts';
import { isEmphatic, TAG_LABELS, takeBackTag } from './tail-tags.ts';
import { readEmoji, readStatus, type StatusToken } from './words.ts';

/** Takes tails off the end: comments, brackets, emoji, ` — DONE`, Obsidian's dates. */
export function readBack(text: string, head: Head, options: HeadOptions): void {
  for (let guard = 0; guard < 16; guard++) {
    head.titleEnd = trimEnd(text, head.titleStart, head.titleEnd);
    if (head.titleEnd <= head.titleStart) return;
    const before = head.titleEnd;
    takeBack(text, head, options);
    if (head.titleEnd === before && !takeBackList(text, head, options)) return;
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
  if (takeBackDependency(text, bare, head)) return;
  if (code === RIGHT_BRACKET || code === RIGHT_PAREN) {
    const open = opening(text, titleStart, bare - 1);
    if (open > titleStart && takeBackBracket(text, open, bare, head)) {
      if (isSetOff(text, open, bare)) while (isSetOff(text, head.titleEnd, bare)) head.titleEnd--;
      return;
    }
  } else if (code > 0x2000 && takeBackEmoji(text, bare, head)) return;
  if (takeBackTag(text, bare, head)) return;
  takeBackDash(text, bare, head, options);
}

/** `*(open)*`: a bracket within marks of its own. */
function isSetOff(text: string, open: number, end: number): boolean {
  const mark = text.charCodeAt(end);
  return isMark(mark) && text.charCodeAt(open - 1) === mark;
}

/** ` [DONE]`, ` (in progress)`, ` (P1)`, ` (priority: 2)`, ` (@agent)` at the end. */
function takeBackBracket(text: string, open: number, end: number, head: Head): boolean {
  if (text.charCodeAt(open) === LEFT_PAREN && text.charCodeAt(open - 1) === RIGHT_BRACKET)
    return false;
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
    if (
      label === 'status' &&
      takeLabels(text, innerEnd - (labelled[2] ?? '').length, innerEnd, head, 'suffix')
    ) {
      head.titleEnd = open;
      return true;
    }
    if (!TAG_LABELS.has(label) && (round || label.length > 16)) return false;
    head.tags = [
      ...head.tags,
      { label, start: innerEnd - (labelled[2] ?? '').length, end: innerEnd },
    ];
    head.titleEnd = open;
    return true;
  }
  if (/^\d{1,3}\s?(?:pts?|sp|(?:story )?points?)$/i.test(source)) {
    head.tags = [...head.tags, { label: 'estimate', start: inner, end: innerEnd }];
    head.titleEnd = open;
    return true;
  }
  const known = head.status;
  const token = readStatus(text, inner, innerEnd);
  // `(next)`, `(open)` in round brackets are prose as often as not: only capitals, emoji or a past word,
  // unless the bracket itself is set off: `*(open)*`.
  if (
    round &&
    token !== null &&
    ((!isSetOff(text, open, end) && !isEmphatic(text, token)) || isListed(text, token, innerEnd))
  )
    return false;
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

/** `(pending, active, done)` lists states, it says none. */
function isListed(text: string, token: StatusToken, end: number): boolean {
  const rest = text.slice(token.end, Math.min(end, token.end + 60)).replace(/^[\s,;]+/, '');
  if (/^\s*(?:→|->|\/|\|)/.test(text.slice(token.end, token.end + 4))) return true;
  return (
    token.end < end &&
    /^\s*[,;]/.test(text.slice(token.end, token.end + 4)) &&
    readStatus(rest, 0, rest.length) !== null
  );
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

/** `✅`, or a sign of any kind with a word in capitals: `🟢 READY`, `⚠️ BLOCKED by T-1`. */
function marksStatus(text: string, at: number, end: number): boolean {
  const emoji = readEmoji(text, at, end);
  if (emoji === null || emoji.status !== undefined) return emoji !== null;
  const token = readStatus(text, emoji.end, end);
  if (token === null) return false;
  const word = text.slice(token.start, token.end);
  return word === word.toUpperCase() && /\p{Lu}{2}/u.test(word) && !NAMES.test(word);
}

/** In capitals also names of things and praise of them: `Port it to 🚀 NEXT`. */
const NAMES = /^(?:NEW|NEXT|NOW|LIVE|OPEN)$/;

/** ` — DONE`, ` - IN PROGRESS (x)`, `: COMPLETE`, ` → done`, ` ← in progress`, ` ✅ DONE` at the end. */
function takeBackDash(text: string, end: number, head: Head, options: HeadOptions): void {
  if (head.status !== null && head.place === 'suffix') return;
  const from = Math.max(head.titleStart + 1, end - 200);
  let depth = 0;
  for (let at = end - 1; at > from; at--) {
    const code = text.charCodeAt(at);
    if (code === SPACE || isLetter(code)) continue;
    if (code === RIGHT_BRACKET || code === RIGHT_PAREN) depth++;
    else if ((code === LEFT_BRACKET || code === LEFT_PAREN) && --depth < 0) return;
    if (depth > 0) continue;
    const dash =
      code === 0x2014 ||
      code === 0x2013 ||
      code === 0x2192 ||
      code === 0x2190 ||
      (code === 45 && isSpace(text.charCodeAt(at - 1)));
    const colon = code === 58 && options.colon;
    const mark = code > 0x2500 && isSpace(text.charCodeAt(at - 1)) && marksStatus(text, at, end);
    if (!dash && !colon && !mark) continue;
    if (!mark && !isSpace(text.charCodeAt(at + 1))) continue;
    const token = readStatus(text, mark ? at : at + 1, end);
    if (token === null || !token.exact || token.choice) continue;
    if (!options.words && !isEmphatic(text, token)) continue;
    if (
      colon &&
      text.slice(token.start, token.end) !== text.slice(token.start, token.end).toUpperCase()
    )
      continue;
    if (head.status === null) {
      head.status = token;
      head.place = 'suffix';
    }
    head.titleEnd =
      mark || colon ? at : at - (code === 45 && text.charCodeAt(at - 1) === 45 ? 1 : 0);
    return;
  }
}
