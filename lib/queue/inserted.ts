import type { Finding } from './document.ts';
import type { Block, Entry } from './entry.ts';
import { findTrouble } from './finish.ts';
import {
  blockOf,
  examples,
  hasStrongId,
  isAbove,
  isSameSection,
  type Moved,
  moved,
  type Owners,
  type Piece,
} from './piece.ts';
import { roleFacts } from './roles.ts';
import type { Section } from './section.ts';

interface Around {
  /** The entry below the piece. */
  next: Entry | undefined;
  /** All that stood in the file. */
  entries: readonly Entry[];
}

/**
 * The entries of a piece that is the one of before with more tasks in one place, each right beside
 * one that it is like: of the same level, with a strong id, by the same facts. So it has the same
 * place in the outline, and nothing of the others hangs on it. null where that can't be told.
 */
export function insertedEntries(
  was: Piece,
  now: Piece,
  owners: Owners,
  { next, entries }: Around,
): (Moved | Block)[] | null {
  const count = now.sections.length - was.sections.length;
  if (count < 0) return null;
  let from = 1;
  while (from < was.sections.length && isSameSection(was, from, now)) from++;
  for (let at = from; at < was.sections.length; at++)
    if (!isSameSection(was, at, now, at + count)) return null;
  const place = owners[from - 1] === undefined ? from : from - 1;
  const beside = owners[place];
  // What stands above the first task may say what the file is.
  if (beside === undefined || (place === from && beside === entries[0])) return null;
  const below = was.sections.length === place + 1 ? next : undefined;
  if (below !== undefined && below.form !== 'heading') return null;
  if (isAbove(was, place, beside, below)) return null;
  const like = blockOf(was, place, beside);
  const section = was.sections[place] as Section;
  if (!hasStrongId(section) || like.id !== beside.id || like.id !== section.head.id?.id)
    return null;

  const ids = new Set(entries.map(({ id }) => id?.toLowerCase()));
  const blocks: Block[] = [];
  for (let at = from; at < from + count; at++) {
    const one = now.sections[at] as Section;
    if (one.level !== section.level || !hasStrongId(one)) return null;
    const block = blockOf(now, at, beside);
    const id = one.head.id?.id.toLowerCase();
    const findings: Finding[] = [];
    findTrouble(block, findings);
    const alike =
      roleFacts(now.lines, one) === roleFacts(was.lines, section) && examples(now, at) === '';
    if (!alike || block.title === '' || ids.has(id) || findings.length > 0) return null;
    ids.add(id);
    blocks.push(block);
  }
  const kept = (at: number, to: number) => {
    const entry = owners[at];
    return entry === undefined ? [] : [moved(entry, was, at, now, to)];
  };
  return was.sections
    .flatMap((_, at) => [...(at === from ? blocks : []), ...kept(at, at < from ? at : at + count)])
    .concat(from === was.sections.length ? blocks : []);
}
