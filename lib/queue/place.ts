import type { TextEdit } from '../core/text-edit.ts';
import type { QueueDocument, QueueEntry } from './document.ts';
import { type Layout, lineStart, treeEnd } from './layout.ts';
import { LINE } from './lines.ts';
import type { Section } from './section.ts';

/** Where a block goes: in front of the 0-based line, with blank lines around it as the place asks for. */
export interface Place {
  line: number;
  /** A blank line is wanted before, after. */
  before: boolean;
  after: boolean;
}

/** The end of a section's own entries: after its last one, else below its heading. */
export function placeInSection(
  doc: QueueDocument,
  layout: Layout,
  section: Section,
  heading: boolean,
  without?: QueueEntry,
): Place {
  const { lines, outline } = layout;
  const end = treeEnd(outline, section, lines.count);
  let last: QueueEntry | null = null;
  for (const entry of doc.entries) {
    if (entry === without || entry.line - 1 <= section.line) continue;
    if (entry.line - 1 >= (heading ? end : section.next)) break;
    last = entry;
  }
  if (last !== null && !(heading && last.form !== 'heading'))
    return { line: last.endLine, before: heading, after: heading };
  return placeBelowHeading(layout, section, heading);
}

function placeBelowHeading({ lines }: Layout, section: Section, heading: boolean): Place {
  let line = section.next;
  while (line > section.line + 1 && isEmptyLine(lines.kind[line - 1])) line--;
  const bare = line === section.line + 1;
  return { line, before: heading || bare || lines.kind[line - 1] !== LINE.item, after: true };
}

function isEmptyLine(kind: number | undefined): boolean {
  return kind === LINE.blank || kind === LINE.rule;
}

/** The edit that puts `block` (whole lines) at `place`. */
export function insertAt(layout: Layout, place: Place, block: string): TextEdit {
  const { lines, eol } = layout;
  // A BOM stays the first of the file.
  const at = Math.max(lineStart(lines, place.line), lines.text.startsWith('\ufeff') ? 1 : 0);
  const above = place.line - 1;
  const torn =
    above >= 0 && place.line >= lines.count && !lines.text.endsWith('\n') && lines.text.length > 0;
  let text = block;
  if (!text.endsWith('\n')) text += eol;
  if (place.before && above >= 0 && lines.kind[above] !== LINE.blank) text = eol + text;
  if (torn) text = eol + text;
  if (place.after && place.line < lines.count && lines.kind[place.line] !== LINE.blank) text += eol;
  // A file without a final newline keeps none.
  if (torn && text.endsWith(eol)) text = text.slice(0, -eol.length);
  return { start: at, end: at, text };
}

/** The edit that takes an entry's lines out, with the blank lines that only it needed. */
export function removeBlock(layout: Layout, entry: QueueEntry): TextEdit {
  const { lines } = layout;
  const first = entry.line - 1;
  let next = entry.endLine;
  const blankAbove = first === 0 || lines.kind[first - 1] === LINE.blank;
  if (entry.form === 'heading' || blankAbove) {
    while (
      blankAbove &&
      next < lines.count &&
      lines.kind[next] === LINE.blank &&
      (entry.form === 'heading' || lines.kind[next + 1] !== LINE.item)
    )
      next++;
  }
  return { start: lineStart(lines, first), end: lineStart(lines, next), text: '' };
}
