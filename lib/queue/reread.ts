import { ownCopy } from '../core/own-copy.ts';
import type { Finding } from './document.ts';
import { settleDraft } from './draft.ts';
import { type Block, Entry, EntryList, makeBlock } from './entry.ts';
import { findTrouble } from './finish.ts';
import { headingDraft } from './heading-entry.ts';
import { LINE, type Lines, scanLines } from './lines.ts';
import { maskLines } from './mask.ts';
import { readHeadings } from './outline.ts';
import { readOwnText } from './own-text.ts';
import { findRegion, type Region } from './region.ts';
import { roleFacts } from './roles.ts';
import type { Section } from './section.ts';

/**
 * The entries of `text`, which differs from `before` only within blocks of tasks that are headings;
 * null where more may have changed than these. What is outside of the changed blocks is not looked
 * at again: that is right only while nothing of a block that another one's reading hangs on has
 * changed (its heading's id and level, what makes it a task, fences, comments), so each of these is
 * compared between the block as it was and as it is. `before` must have no fence or comment without
 * an end.
 */
export function rereadEntries(before: EntryList, text: string): EntryList | null {
  const region = findRegion(before, text);
  if (region === null) return null;
  const was = readPiece(before.text.slice(region.start, region.end));
  const now = readPiece(text.slice(region.start, region.end + text.length - before.text.length));
  if (was === null || now === null || was.sections.length !== now.sections.length) return null;

  const { entries } = before;
  const list = new EntryList(text);
  for (let i = 0; i < region.from; i++)
    list.entries.push((entries[i] as Entry).movedTo(list, 0, 0));
  const owners = ownersOf(was, now, entries, region);
  if (owners === null) return null;
  const line = (entries[region.from] as Entry).line - 1;
  for (let at = 1; at < was.sections.length; at++) {
    const entry = owners[at];
    if (entry === undefined) {
      if (!isSameSection(was, now, at)) return null;
      continue;
    }
    const read = readAgain(entry, entries[list.entries.length + 1], was, now, at);
    if (read === false) return null;
    list.entries.push(
      read === true
        ? entry.movedTo(
            list,
            startOf(now, at) - startOf(was, at),
            lineOf(now, at) - lineOf(was, at),
          )
        : new Entry(list, read, region.start, line),
    );
  }
  const shift = text.length - before.text.length;
  const lines = now.lines.count - was.lines.count;
  for (let i = region.to; i < entries.length; i++)
    list.entries.push((entries[i] as Entry).movedTo(list, shift, lines));
  return list;
}

interface Piece {
  lines: Lines;
  /** The first stands for what is above the first heading: nothing. */
  sections: Section[];
}

/** What may reach beyond a block: comments, conflict markers, NULs. */
const FAR_REACHING = /<!--|-->|%%|<{7}|>{7}|\|{7}|\0/;

/** A piece that starts with a heading; null where something in it may reach out of it. */
function readPiece(slice: string): Piece | null {
  if (FAR_REACHING.test(slice)) return null;
  const lines = scanLines(ownCopy(slice));
  maskLines(lines);
  const sections = readHeadings(lines);
  return lines.unclosed.length > 0 || sections[1]?.line !== 0 ? null : { lines, sections };
}

const lineOf = ({ sections }: Piece, at: number): number => (sections[at] as Section).line;
const startOf = (piece: Piece, at: number): number => piece.lines.start[lineOf(piece, at)] ?? 0;

function textOf(piece: Piece, at: number): string {
  const { lines, sections } = piece;
  const end = at + 1 < sections.length ? startOf(piece, at + 1) : lines.text.length;
  return lines.text.slice(startOf(piece, at), end);
}

function headingOf({ lines, sections }: Piece, at: number): string {
  const { line } = sections[at] as Section;
  return lines.text.slice(lines.start[line], lines.end[line]);
}

const isSameSection = (was: Piece, now: Piece, at: number): boolean =>
  textOf(was, at) === textOf(now, at);

/** The entry that each section is, if any; null where not all of the region's are sections. */
function ownersOf(
  was: Piece,
  now: Piece,
  entries: readonly Entry[],
  region: Region,
): (Entry | undefined)[] | null {
  let next = region.from;
  const owners = was.sections.map((section, at) => {
    const entry = entries[next];
    const start = region.start + startOf(was, at);
    if (at === 0 || next === region.to || entry?.start !== start) return undefined;
    next++;
    // All before any is read: a block ends where a task stands under it.
    section.role = 'task';
    (now.sections[at] as Section).role = 'task';
    return entry;
  });
  return next === region.to ? owners : null;
}

/** The entry of a section as it is now; true where it is the same, false where that can't be told from here. */
function readAgain(
  entry: Entry,
  next: Entry | undefined,
  was: Piece,
  now: Piece,
  at: number,
): Block | boolean {
  if (isSameSection(was, now, at)) return true;
  const [old, section] = [was.sections[at] as Section, now.sections[at] as Section];
  if (old.level !== section.level) return false;
  if (headingOf(was, at) !== headingOf(now, at)) {
    // A title can be a part of others' paths, and without an id it makes the role.
    if (!hasSameId(old, section) || isAbove(was, at, entry, next)) return false;
  }
  const [before, after] = [blockOf(was, at, entry), blockOf(now, at, entry)];
  const same =
    before.id === entry.id &&
    after.id === before.id &&
    roleFacts(was.lines, old) === roleFacts(now.lines, section) &&
    examples(was, at) === examples(now, at);
  const findings: Finding[] = [];
  findTrouble(after, findings);
  return same && findings.length === 0 ? after : false;
}

function hasSameId({ head: { id: old } }: Section, { head: { id } }: Section): boolean {
  if (old === null || id === null || old.id !== id.id) return false;
  return old.strength === 'strong' && id.strength === 'strong' && !/^Q\d$/.test(id.id);
}

/** True where a heading below this one may stand under it. */
function isAbove({ sections }: Piece, at: number, entry: Entry, next: Entry | undefined): boolean {
  const below = sections[at + 1];
  if (below !== undefined) return below.level > (sections[at] as Section).level;
  return next !== undefined && next.section.length > entry.section.length;
}

/** The entry as a full reading would make it: it stands where it stood, and is a task. */
function blockOf({ lines, sections }: Piece, at: number, { block: { home } }: Entry): Block {
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
function examples({ lines, sections }: Piece, at: number): string {
  const { line, next } = sections[at] as Section;
  let found = '';
  for (let i = line + 1; i < next; i++)
    if (lines.kind[i] === LINE.rule || lines.box[i] !== -1)
      found += `${lines.text.slice(lines.start[i], lines.end[i])}\n`;
  return found;
}
