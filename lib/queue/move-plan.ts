import type { Status } from '../core/status.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import type { QueueDocument, QueueEntry } from './document.ts';
import { type Layout, readLayout } from './layout.ts';
import type { Lines } from './lines.ts';
import { ownWord } from './own-words.ts';
import { insertAt, placeInSection, removeBlock } from './place.ts';
import { type Section, titleOf } from './section.ts';

type Known = Exclude<Status, 'UNKNOWN'>;

/** One way to write a status. */
export interface Plan {
  edits: TextEdit[];
  /** Offset of the entry's first line in the text that results. */
  start: number;
  /** True where the way of writing shows by itself that it will be read back. */
  sure: boolean;
}

/** The whole block, as it is, to the section of its new state; one is made where there is none. */
export function movePlan(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Known,
  inner: TextEdit[],
  create = true,
): Plan | null {
  const layout = readLayout(doc);
  const here = stateAbove(layout, entry);
  const target = nearestState(layout, here, status);
  if (target === null && (!create || here === null)) return null;
  const block = moveable(doc, entry, inner);
  const removal = removeBlock(layout, entry);
  const { insertion, offset } =
    target === null
      ? newSection(doc, layout, here as Section, status, block, entry)
      : intoSection(doc, layout, target, block, entry);
  const shift = insertion.start >= removal.end ? removal.end - removal.start : 0;
  if (insertion.start > removal.start && insertion.start < removal.end)
    insertion.start = insertion.end = removal.end;
  return { edits: [removal, insertion], start: insertion.start - shift + offset, sure: false };
}

function moveable(doc: QueueDocument, entry: QueueEntry, inner: TextEdit[]): string {
  const { start, end } = entry.span;
  return applyEdits(
    doc.text.slice(start, end),
    inner.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
  );
}

function intoSection(
  doc: QueueDocument,
  layout: Layout,
  section: Section,
  block: string,
  entry: QueueEntry,
): { insertion: TextEdit; offset: number } {
  const table =
    entry.form === 'table' &&
    !doc.entries.some(
      (other) =>
        other.form === 'table' && other.line - 1 > section.line && other.line - 1 < section.next,
    );
  const place = placeInSection(doc, layout, section, entry.form === 'heading', entry);
  const insertion = insertAt(layout, place, table ? tableHeader(layout, entry) + block : block);
  return { insertion, offset: insertion.text.lastIndexOf(block.trimEnd()) };
}

function newSection(
  doc: QueueDocument,
  layout: Layout,
  here: Section,
  status: Known,
  block: string,
  entry: QueueEntry,
): { insertion: TextEdit; offset: number } {
  const { lines, outline, eol } = layout;
  const states = outline.filter(({ role, level }) => role === 'state' && level === here.level);
  const last = states.at(-1) ?? here;
  let line = last.line + 1;
  while (
    line < lines.count &&
    !outline.some((section) => section.line === line && section.level <= last.level)
  )
    line++;
  const name = sectionName(doc, status, here);
  const header = entry.form === 'table' ? tableHeader(layout, entry) : '';
  const insertion = insertAt(
    layout,
    { line, before: true, after: true },
    `${likeHeading(lines, here, name)}${eol}${eol}${header}${block}`,
  );
  return { insertion, offset: insertion.text.lastIndexOf(block.trimEnd()) };
}

/** A heading of the same kind: `## Done`, `**Done:**`. */
function likeHeading(
  { text, body, end }: Lines,
  { level, label, line, span }: Section,
  name: string,
) {
  if (!label) return `${'#'.repeat(level)} ${name}`;
  const open = /\*\*|__/.exec(text.slice(body[line], span.start))?.[0] ?? '';
  return `${open}${name}${text.slice(span.end, end[line]).trimEnd()}`;
}

/** The header and delimiter rows of the table that a row stands in. */
function tableHeader({ lines, eol }: Layout, entry: QueueEntry): string {
  let line = entry.line - 1;
  while (line > 0 && lines.text.slice(lines.start[line - 1], lines.end[line - 1]).includes('|'))
    line--;
  return `${lines.text.slice(lines.start[line], lines.end[line])}${eol}${lines.text.slice(lines.start[line + 1], lines.end[line + 1])}${eol}`;
}

function sectionName(doc: QueueDocument, status: Known, here: Section): string {
  const sample = titleOf(doc.text, here);
  return ownWord(
    { ...doc, entries: [] },
    status,
    'section',
    sample.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}].*$/u, ''),
  );
}

function stateAbove({ outline }: Layout, entry: QueueEntry): Section | null {
  let found: Section | null = null;
  for (const section of outline) {
    if (section.line >= entry.line - 1) break;
    found = section;
  }
  while (found !== null && found.own === null) found = found.above;
  return found;
}

function nearestState({ outline }: Layout, here: Section | null, status: Known): Section | null {
  const fitting = outline.filter((section) => section.own === status);
  return fitting.find(({ above }) => above === here?.above) ?? fitting[0] ?? null;
}
