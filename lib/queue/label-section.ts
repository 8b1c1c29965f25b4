import type { Status } from '../core/status.ts';
import { isSpace, trimEnd } from './characters.ts';
import { LINE, type Lines } from './lines.ts';
import { pathOf, type Section } from './section.ts';
import { sectionState } from './sections.ts';
import { readEmoji } from './words.ts';

/** A line that heads a list as a heading would: `**In progress**`, `**Done:**`, `Done:`. */
export interface Label {
  /** 0-based. */
  line: number;
  /** Its words. */
  start: number;
  end: number;
  /** null for one that names no state, and so ends the list of one that does. */
  state: Status | null;
}

/** Longer lines are text. */
const LONGEST = 60;

/** Notes on a day's work, and what explains the states: what is done there is told, not kept. */
const JOURNAL =
  /\d{4}-\d{2}-\d{2}|^how\b|\b(?:day|session|round|week) \d|\b(?:stand-?up|journal|diary|change ?log|history|retro(?:spective)?|outcome|hand-?off|last session|meeting|minutes|letter|glossary|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/i;

/**
 * The labels that divide a section's own text into states; none where they name fewer than two,
 * each above a list: one alone is a remark on the section.
 */
export function readLabelLines(lines: Lines, section: Section): Label[] {
  const labels: Label[] = [];
  const states = new Set<Status>();
  for (let line = section.line + 1; line < section.next; line++) {
    const label = labelAt(lines, line);
    if (label === null) continue;
    if (label.state !== null && !headsList(lines, line, section.next)) continue;
    labels.push(label);
    if (label.state !== null) states.add(label.state);
  }
  if (states.size < 2 || pathOf(lines.text, section).some((title) => JOURNAL.test(title)))
    return [];
  return labels.slice(labels.findIndex(({ state }) => state !== null));
}

function labelAt({ text, kind, indent, body, end }: Lines, line: number): Label | null {
  const above = kind[line - 1];
  if (kind[line] !== LINE.text || indent[line] !== 0) return null;
  if (above === LINE.text || above === LINE.item || above === LINE.quote) return null;
  const start = afterEmoji(text, body[line] ?? 0, end[line] ?? 0);
  const stop = trimEnd(text, start, end[line] ?? 0);
  if (stop - start > LONGEST || stop - start < 3) return null;
  const words = wordsOf(text.slice(start, stop));
  if (words === null) return null;
  const from = afterEmoji(text, start + words.from, start + words.to);
  return {
    line,
    start: from,
    end: start + words.to,
    state: sectionState(text.slice(from, start + words.to)),
  };
}

/** Where the words of `**Words:**`, `**Words**:` or `Words:` stand; null for any other text. */
function wordsOf(text: string): { from: number; to: number } | null {
  const bold = /^(\*\*|__)([^*_:]+)(?::\1|\1:?)$/.exec(text);
  if (bold !== null) return { from: 2, to: 2 + (bold[2] ?? '').length };
  return /^[\p{L}][\p{L}\s'()-]{1,30}:$/u.test(text) ? { from: 0, to: text.length - 1 } : null;
}

function afterEmoji(text: string, start: number, end: number): number {
  const emoji = readEmoji(text, start, end);
  let at = emoji?.end ?? start;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** True where the next line that is not blank is an item or a row. */
function headsList({ kind }: Lines, line: number, end: number): boolean {
  let next = line + 1;
  while (next < end && kind[next] === LINE.blank) next++;
  return next < end && (kind[next] === LINE.item || kind[next] === LINE.table);
}
