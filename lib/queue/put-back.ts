import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import type { QueueDocument, QueueEntry } from './document.ts';
import { insertBlock } from './edit.ts';
import { keyEntries, keyOf } from './keys.ts';
import { readLayout } from './layout.ts';
import { parseQueue } from './parse.ts';
import { insertAt, placeInSection } from './place.ts';
import { areSame } from './same-entries.ts';
import { pathOf } from './section.ts';

/**
 * The edits that put an entry of `old` back into `doc`, its bytes as they were: beside those it
 * stood with in its section, so that section and priority are its own again. Where no place does
 * that, one where it is at least read, and no other changes; null where there is none.
 */
export function putBack(
  doc: QueueDocument,
  old: QueueDocument,
  entry: QueueEntry,
): TextEdit[] | null {
  const key = keyOf(entry);
  let poor: TextEdit[] | null = null;
  for (const edits of places(doc, old, entry)) {
    const after = parseQueue(applyEdits(doc.text, edits), { before: doc });
    const read = keyEntries(after).single.get(key);
    if (read === undefined || read.title !== entry.title) continue;
    const others = after.entries.filter((other) => other !== read);
    if (!areSame(others, doc.entries)) continue;
    if (read.status === entry.status && read.priority === entry.priority) return edits;
    poor ??= edits;
  }
  return poor;
}

function* places(doc: QueueDocument, old: QueueDocument, entry: QueueEntry): Generator<TextEdit[]> {
  const block = old.text.slice(entry.span.start, entry.span.end).replace(/^\ufeff/, '');
  const at = old.entries.indexOf(entry);
  const now = keyEntries(doc).single;
  const standing = (others: QueueEntry[]) =>
    others.map((other) => now.get(keyOf(other))).filter((other) => other !== undefined);
  const above = standing(old.entries.slice(0, at).reverse());
  const below = standing(old.entries.slice(at + 1));
  const beside = (other: QueueEntry) => isSamePath(other.section, entry.section);
  const layout = readLayout(doc);
  const heading = entry.form === 'heading';

  const previous = above.find(beside);
  if (previous !== undefined) yield insertBlock(doc, block, previous);
  const next = below.find(beside);
  if (next !== undefined)
    yield [insertAt(layout, { line: next.line - 1, before: heading, after: heading }, block)];
  for (const section of layout.outline) {
    if (isSamePath(pathOf(doc.text, section), entry.section))
      yield [insertAt(layout, placeInSection(doc, layout, section, heading), block)];
  }
  yield insertBlock(doc, block, above[0]);
  yield insertBlock(doc, block);
}

const isSamePath = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, at) => name === other[at]);
