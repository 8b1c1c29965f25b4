import { LEFT_BRACKET, LEFT_PAREN, RIGHT_BRACKET, RIGHT_PAREN } from './characters.ts';
import { opening } from './decoration.ts';
import type { Head } from './head.ts';
import { type FoundId, readId } from './ids.ts';

/** Longer tails are text. */
const LONGEST = 120;

/** Words that say it of nothing but tasks, and words that also speak of dates and tools. */
const SURE =
  /^(depends on|dependent on|depends|dependency|dependencies|deps|blocked by)(?::|\s)\s*/i;
const LOOSE = /^(after|needs|requires|waits for|waiting for|waiting on)(?::|\s)\s*/i;

/**
 * Takes `(depends on 2.1)`, `[after TASK-3]` or ` — blocked by T1, T2` off the end, where every word of
 * it is an id: `(after lunch)` stays.
 */
export function takeBackDependency(text: string, end: number, head: Head): boolean {
  const tail = tailAt(text, head.titleStart, end);
  if (tail === null) return false;
  const source = text.slice(tail.start, tail.end);
  const words = SURE.exec(source) ?? LOOSE.exec(source);
  // `BLOCKED by T-6` says a status.
  if (words === null || /^[A-Z]{2}/.test(source)) return false;
  const sure = SURE.test(source);
  const ids = source.slice(words[0].length);
  const parts = ids.split(/\s*[,&+]\s*|\s+(?:and\s+)?/);
  if (!parts.every((part) => isIdOf(part, sure, head.id))) return false;
  const label = /^blocked/i.test(source) ? 'blocked by' : 'depends on';
  head.tags = [...head.tags, { label, start: tail.start + words[0].length, end: tail.end }];
  head.titleEnd = tail.from;
  return true;
}

/** What stands in the brackets or after the dash that end the title. */
function tailAt(
  text: string,
  from: number,
  end: number,
): { from: number; start: number; end: number } | null {
  const last = text.charCodeAt(end - 1);
  if (last === RIGHT_PAREN || last === RIGHT_BRACKET) {
    const open = opening(text, from, end - 1);
    const code = text.charCodeAt(open);
    if (open <= from || end - open > LONGEST || (code !== LEFT_PAREN && code !== LEFT_BRACKET))
      return null;
    return { from: open, start: open + 1, end: end - 1 };
  }
  const window = Math.max(from, end - LONGEST);
  const dash = /\s(?:—|–|-)\s+(?=(?:depends|dependent|deps|blocked)\b[^—–]*$)/i.exec(
    text.slice(window, end),
  );
  return dash === null
    ? null
    : { from: window + dash.index, start: window + dash.index + dash[0].length, end };
}

/** `TASK-3` always; `2.1`, `#12` or `T1` where the words are sure or the task has such an id itself. */
function isIdOf(part: string, sure: boolean, own: FoundId | null): boolean {
  const word = part.replace(/^[*_`]+|[*_`]+$/g, '');
  const id = readId(word, 0, word.length, { closer: '' });
  if (id === null || id.end !== word.length) return false;
  return id.strength === 'strong' || sure || shape(word) === shape(own?.id ?? '');
}

function shape(id: string): string {
  return id.replace(/\d+/g, '0');
}
