import type { Finding } from './document.ts';
import type { Block, Entry } from './entry.ts';
import { findTrouble } from './finish.ts';
import { readOwnText } from './own-text.ts';
import {
  blockOf,
  examples,
  hasStrongId,
  isSameSection,
  type Moved,
  moved,
  type Owners,
  type Piece,
} from './piece.ts';
import { roleFacts } from './roles.ts';
import type { Section } from './section.ts';

/**
 * The entries of a piece that is the one of before with more tasks in one place, each right beside
 * one that it is like: of the same level, with a strong id, by the same facts. So it has the same
 * place in the outline, and nothing of the others hangs on it. null where that can't be told.
 * `entries`: all that stood in the file.
 */
export function insertedEntries(
  was: Piece,
  now: Piece,
  owners: Owners,
  entries: readonly Entry[],
): (Moved | Block)[] | null {
  const count = now.sections.length - was.sections.length;
  if (count < 0) return null;
  let from = 1;
  while (from < was.sections.length && isSameSection(was, from, now)) from++;
  for (let at = from; at < was.sections.length; at++)
    if (!isSameSection(was, at, now, at + count)) return null;
  const place = owners[from - 1] === undefined ? from : from - 1;
  const beside = owners[place];
  if (beside === undefined) return null;
  const section = was.sections[place] as Section;
  // What stands under the one beside it would stand under what is put in.
  if ((was.sections[place + 1]?.level ?? 0) > section.level) return null;
  // The role of a heading without one hangs on how many there are, and on whether it is the first.
  if (!hasStrongId(section)) return null;
  readOwnText(was.lines, section);
  const facts = roleFacts(was.lines, section);

  const ids = new Set(entries.map(({ id }) => id?.toLowerCase()));
  const blocks: Block[] = [];
  for (let at = from; at < from + count; at++) {
    const one = now.sections[at] as Section;
    if (one.level !== section.level || !hasStrongId(one)) return null;
    const block = blockOf(now, at, beside);
    const id = block.id?.toLowerCase();
    const findings: Finding[] = [];
    findTrouble(block, findings);
    const alike = roleFacts(now.lines, one) === facts && examples(now, at) === '';
    if (!alike || ids.has(id) || findings.length > 0) return null;
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
