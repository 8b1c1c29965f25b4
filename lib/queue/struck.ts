import type { Status } from '../core/status.ts';
import { TILDE } from './characters.ts';
import { isMark } from './decoration.ts';

/** Marks that may stand between the title's start and its `~~`. */
const MOST_MARKS = 4;

/**
 * What a struck title means: `~~Oil the hinges~~` was dropped, `~~Oil the hinges~~ **완료**` is done
 * in whatever language. `~~old name~~ new name` is neither. `title` is where the title starts,
 * past an id that may stand inside the strike.
 */
export function readStruck(text: string, start: number, title: number, end: number): Status | null {
  const open = openingStrike(text, start, title, end);
  if (open === -1) return null;
  let close = Math.max(open + 2, title);
  while (close < end && !isStrike(text, close)) close++;
  if (close >= end || close === open + 2) return null;
  const rest = text.slice(close + 2, end).trim();
  if (/^[*_`.]*$/.test(rest)) return 'CANCELLED';
  if (/^(?:[(—–:→-]|\[)/.test(rest)) return 'CANCELLED';
  return /^(?:\*\*|__)[^*_]{1,30}(?:\*\*|__)\s*(?:$|[—–:(.,-])|^[✅☑✔🎉]/u.test(rest)
    ? 'COMPLETE'
    : null;
}

function openingStrike(text: string, start: number, title: number, end: number): number {
  const limit = Math.min(end, title + MOST_MARKS);
  for (let at = start; at < limit; at++) {
    if (at >= title && !isMark(text.charCodeAt(at))) return -1;
    if (isStrike(text, at)) return at;
  }
  return -1;
}

function isStrike(text: string, at: number): boolean {
  return text.charCodeAt(at) === TILDE && text.charCodeAt(at + 1) === TILDE;
}
