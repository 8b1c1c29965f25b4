import type { Finding } from './document.ts';
import { type Block, Entry, EntryList } from './entry.ts';
import { findTrouble } from './finish.ts';
import { insertedEntries } from './inserted.ts';
import {
  blockOf,
  examples,
  hasStrongId,
  headingOf,
  isAbove,
  isSameSection,
  type Moved,
  moved,
  type Owners,
  type Piece,
  readPiece,
  startOf,
} from './piece.ts';
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
  if (was === null || now === null) return null;

  const { entries } = before;
  const list = new EntryList(text);
  for (let i = 0; i < region.from; i++)
    list.entries.push((entries[i] as Entry).movedTo(list, 0, 0));
  const owners = ownersOf(was, entries, region);
  if (owners === null) return null;
  const next = entries[region.to];
  const read =
    was.sections.length === now.sections.length
      ? changedEntries(was, now, owners, next)
      : insertedEntries(was, now, owners, entries);
  if (read === null) return null;
  const line = (entries[region.from] as Entry).line - 1;
  for (const one of read)
    list.entries.push(
      'entry' in one
        ? one.entry.movedTo(list, one.shift, one.lines)
        : new Entry(list, one, region.start, line),
    );
  const shift = text.length - before.text.length;
  const lines = now.lines.count - was.lines.count;
  for (let i = region.to; i < entries.length; i++)
    list.entries.push((entries[i] as Entry).movedTo(list, shift, lines));
  return list;
}

/** The entry that each section is, if any; null where not all of the region's are sections. */
function ownersOf(was: Piece, entries: readonly Entry[], region: Region): Owners | null {
  let at = region.from;
  const owners = was.sections.map((_, index) => {
    const entry = entries[at];
    const start = region.start + startOf(was, index);
    if (index === 0 || at === region.to || entry?.start !== start) return undefined;
    at++;
    return entry;
  });
  return at === region.to ? owners : null;
}

/** Where the sections are the ones of before, each with its entry or without; `next`: the entry below them all. */
function changedEntries(
  was: Piece,
  now: Piece,
  owners: Owners,
  next: Entry | undefined,
): (Moved | Block)[] | null {
  // All before any is read: a block ends where a task stands under it.
  owners.forEach((entry, at) => {
    if (entry === undefined) return;
    for (const { sections } of [was, now]) (sections[at] as Section).role = 'task';
  });
  const read: (Moved | Block)[] = [];
  for (let at = 1; at < was.sections.length; at++) {
    const entry = owners[at];
    if (isSameSection(was, at, now)) {
      if (entry !== undefined) read.push(moved(entry, was, at, now, at));
      continue;
    }
    const block = entry === undefined ? null : readAgain(entry, next, was, now, at);
    if (block === null) return null;
    read.push(block);
  }
  return read;
}

/** The entry of a section as it is now; null where that can't be told from here. */
function readAgain(
  entry: Entry,
  next: Entry | undefined,
  was: Piece,
  now: Piece,
  at: number,
): Block | null {
  const [old, section] = [was.sections[at] as Section, now.sections[at] as Section];
  if (old.level !== section.level) return null;
  if (headingOf(was, at) !== headingOf(now, at)) {
    // A title can be a part of others' paths, and without an id it makes the role.
    if (!hasSameId(old, section) || isAbove(was, at, entry, next)) return null;
  }
  const [before, after] = [blockOf(was, at, entry), blockOf(now, at, entry)];
  const same =
    before.id === entry.id &&
    after.id === before.id &&
    roleFacts(was.lines, old) === roleFacts(now.lines, section) &&
    examples(was, at) === examples(now, at);
  const findings: Finding[] = [];
  findTrouble(after, findings);
  return same && findings.length === 0 ? after : null;
}

function hasSameId(old: Section, section: Section): boolean {
  return hasStrongId(old) && hasStrongId(section) && old.head.id?.id === section.head.id?.id;
}
