import {
  type Draft,
  strongest,
  type Told,
  tellBox,
  tellToken,
  tellValue,
  trimBlock,
} from './draft.ts';
import { FieldCollector, NO_FIELDS } from './fields-scan.ts';
import type { Head } from './head.ts';
import { isLegendLine, isPlaceholder, isStateEmoji, TASK_LABELS } from './item-rules.ts';
import { normaliseLabel, readLabel } from './labels.ts';
import { LINE, type Lines } from './lines.ts';
import type { Section } from './section.ts';

/** A list item that later lines may still belong to. */
export interface OpenItem {
  /** 0-based, first and last line so far. */
  line: number;
  last: number;
  indent: number;
  form: 'checkbox' | 'bullet' | 'numbered';
  head: Head;
  /** False while it only might be an entry: a status field below makes it one. */
  entry: boolean;
  /** True for `- Task: …`, whose siblings `- Status: …` are its fields. */
  grouped: boolean;
  fields: FieldCollector | null;
  status: Told | null;
}

/** Fields stand at most this many columns deeper than their item. */
const FIELD_DEPTH = 6;

export function openItem(
  line: number,
  indent: number,
  form: OpenItem['form'],
  head: Head,
  entry: boolean,
  grouped = false,
): OpenItem {
  return { line, last: line, indent, form, head, entry, grouped, fields: null, status: null };
}

/** Takes a line of the item's block. */
export function takeLine(lines: Lines, item: OpenItem, line: number): void {
  item.last = line;
  if (lines.kind[line] === LINE.item && (lines.indent[line] ?? 0) > item.indent + FIELD_DEPTH)
    return;
  item.fields ??= new FieldCollector(lines);
  const status = item.fields.take(line);
  if (status === null || item.status !== null) return;
  item.status = tellValue(lines.text, status.span, 'field');
  if (item.status !== null && item.head.title !== '') item.entry = true;
}

/** The entry that a finished item is; null where it turned out to be none. */
export function closeItem(lines: Lines, section: Section, item: OpenItem): Draft | null {
  const { head, form } = item;
  if (!item.entry || head.title === '' || isPlaceholder(head.title)) return null;
  const box = form === 'checkbox' ? tellBox(lines, item.line) : null;
  if (isLegendLine(head.title, box?.status ?? null)) return null;
  const { told, other } = strongest(
    lines.text,
    item.status,
    box,
    tellHead(lines.text, item),
    section,
    form,
    head.struck,
  );
  return {
    id: head.id?.id ?? null,
    idStrength: head.id?.strength ?? null,
    title: head.title,
    titleSpan: { start: head.titleStart, end: head.titleEnd },
    told,
    other,
    priority: head.priority ?? section.priority,
    form,
    first: item.line,
    last: trimBlock(lines, item.line, item.last),
    section,
    fields: item.fields?.done() ?? NO_FIELDS,
  };
}

/** The status in the item's line; before a checkbox's title most emoji are decoration. */
function tellHead(text: string, { form, head }: OpenItem): Told | null {
  if (head.status === null) return null;
  if (form !== 'checkbox') return tellToken(text, head.status, head.place ?? 'inline');
  const decoration = head.emojiOnly && head.place === 'bracket' && !isStateEmoji(text, head);
  return decoration ? null : tellToken(text, head.status, 'inline');
}

/** True for an item that stands in `open`, or tells something of a `- Task: …` above it. */
export function isPartOf(lines: Lines, open: OpenItem, line: number, column: number): boolean {
  const { text, body, end, box } = lines;
  if (column >= open.indent + 2) return true;
  if (!open.grouped || column !== open.indent || box[line] !== -1) return false;
  const label = readLabel(text, body[line] ?? 0, end[line] ?? 0);
  return label !== null && !TASK_LABELS.has(normaliseLabel(label.label));
}
