import { takeLabels } from './bracket-labels.ts';
import { BACKTICK, isSpace, PIPE, skipSpaces, trimEnd } from './characters.ts';
import type { Head, HeadOptions } from './head.ts';
import { readPriority } from './priority.ts';
import { isEmphatic, TAG_LABELS } from './tail-tags.ts';
import { readStatus } from './words.ts';

/** Longer parts are text. */
const LONGEST = 40;
const BULLET = 0x2022;
const MIDDLE_DOT = 0xb7;

/**
 * Takes `· P1 · claude` or `| high | @ann` off the end, where one of the parts is a priority, a
 * status, a tag or a mention; what the others say nobody knows, but a title they are not.
 */
export function takeBackList(text: string, head: Head, options: HeadOptions): boolean {
  const from = firstSeparator(text, head.titleStart, head.titleEnd);
  if (from === -1) return false;
  const parts: [number, number][] = [];
  for (let at = from; at < head.titleEnd; ) {
    const start = skipSpaces(text, at + 1, head.titleEnd);
    const next = firstSeparator(text, start, head.titleEnd);
    const end = trimEnd(text, start, next === -1 ? head.titleEnd : next);
    if (end - start > LONGEST) return false;
    if (end > start) parts.push([start, end]);
    at = next === -1 ? head.titleEnd : next;
  }
  const told = parts.filter(([start, end]) => takePart(text, start, end, head, options));
  if (told.length === 0) return false;
  head.titleEnd = from;
  return true;
}

/** A ` · `, ` • ` or ` | ` that does not stand in code; -1 where there is none. */
function firstSeparator(text: string, start: number, end: number): number {
  let code = false;
  for (let at = start; at < end - 1; at++) {
    const char = text.charCodeAt(at);
    if (char < PIPE) {
      if (char === BACKTICK) code = !code;
      continue;
    }
    if (char !== MIDDLE_DOT && char !== BULLET && char !== PIPE) continue;
    const apart = isSpace(text.charCodeAt(at - 1)) && isSpace(text.charCodeAt(at + 1));
    if (apart && !code && at > start) return at;
  }
  return -1;
}

function takePart(
  text: string,
  start: number,
  end: number,
  head: Head,
  options: HeadOptions,
): boolean {
  const part = text.slice(start, end);
  if (/^@[\w/-]+$/.test(part)) return true;
  const labelled = /^([a-z][\w -]{0,20}):\s*(\S.*)$/i.exec(part);
  if (labelled !== null) {
    const label = (labelled[1] ?? '').toLowerCase().replace(/[-_\s]+/g, ' ');
    if (!TAG_LABELS.has(label)) return false;
    const value = labelled[2] ?? '';
    if (label === 'priority' || label === 'prio') head.priority ??= readPriority(value);
    head.tags = [...head.tags, { label, start: end - value.length, end }];
    return true;
  }
  const status = readStatus(text, start, end);
  if (status !== null && (head.status !== null || !(options.words || isEmphatic(text, status))))
    return false;
  return takeLabels(text, start, end, head, 'suffix');
}
