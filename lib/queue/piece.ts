import { ownCopy } from '../core/own-copy.ts';
import { settleDraft } from './draft.ts';
import { type Block, type Entry, makeBlock } from './entry.ts';
import { headingDraft } from './heading-entry.ts';
import { LINE, type Lines, scanLines } from './lines.ts';
import { maskLines } from './mask.ts';
import { readHeadings } from './outline.ts';
import { readOwnText } from './own-text.ts';
import type { Section } from './section.ts';
import { isUnderlined } from './underline.ts';

/** Whole sections of a text, read by themselves. */
export interface Piece {
  lines: Lines;
  /** The first stands for what is above the first heading: nothing. */
  sections: Section[];
}

/** What may reach beyond a block: comments, conflict markers, NULs. */
const FAR_REACHING = /<!--|-->|%%|<{7}|>{7}|\|{7}|\0/;

/** A piece that starts with a heading; null where something in it may reach out of it. */
export function readPiece(slice: string): Piece | null {
  if (FAR_REACHING.test(slice)) return null;
  const lines = scanLines(ownCopy(slice));
  maskLines(lines);
  const sections = readHeadings(lines);
  if (lines.unclosed.length > 0 || sections[1]?.line !== 0) return null;
  // The line above one tells whether it is one.
  return sections.some(({ line }) => isUnderlined(lines, line)) ? null : { lines, sections };
}

const lineOf = ({ sections }: Piece, at: number): number => (sections[at] as Section).line;
export const startOf = (piece: Piece, at: number): number =>
  piece.lines.start[lineOf(piece, at)] ?? 0;

function textOf(piece: Piece, at: number): string {
  const { lines, sections } = piece;
  const end = at + 1 < sections.length ? startOf(piece, at + 1) : lines.text.length;
  return lines.text.slice(startOf(piece, at), end);
}

export function headingOf({ lines, sections }: Piece, at: number): string {
  const { line } = sections[at] as Section;
  return lines.text.slice(lines.start[line], lines.end[line]);
}

export const isSameSection = (was: Piece, from: number, now: Piece, to = from): boolean =>
  textOf(was, from) === textOf(now, to);

/** The entry as a full reading would make it: it stands where it stood, and is a task. */
export function blockOf({ lines, sections }: Piece, at: number, { block: { home } }: Entry): Block {
  const section = sections[at] as Section;
  section.above = home;
  section.state = home.state;
  section.priority = home.priority;
  readOwnText(lines, section);
  const draft = headingDraft(lines, sections, at);
  settleDraft(lines.text, draft, section.head);
  return makeBlock(lines, draft);
}

/** The checkboxes and rules of a section, by which one that explains the file is told (`isLegendSection`). */
export function examples({ lines, sections }: Piece, at: number): string {
  const { line, next } = sections[at] as Section;
  let found = '';
  for (let i = line + 1; i < next; i++)
    if (lines.kind[i] === LINE.rule || lines.box[i] !== -1)
      found += `${lines.text.slice(lines.start[i], lines.end[i])}\n`;
  return found;
}

/** True where a heading below this one may stand under it. */
export function isAbove(
  { sections }: Piece,
  at: number,
  entry: Entry,
  next: Entry | undefined,
): boolean {
  const below = sections[at + 1];
  if (below !== undefined) return below.level > (sections[at] as Section).level;
  return next !== undefined && next.section.length > entry.section.length;
}

/** One that makes a heading a task, whatever else stands in the file. */
export const hasStrongId = ({ head: { id } }: Section): boolean =>
  id?.strength === 'strong' && !/^Q\d+$/.test(id.id);

/** The entry that each section is, if any. */
export type Owners = readonly (Entry | undefined)[];

/** An entry that says what it said, so many characters and lines further down. */
export interface Moved {
  entry: Entry;
  shift: number;
  lines: number;
}

export const moved = (entry: Entry, was: Piece, from: number, now: Piece, to: number): Moved => ({
  entry,
  shift: startOf(now, to) - startOf(was, from),
  lines: lineOf(now, to) - lineOf(was, from),
});
