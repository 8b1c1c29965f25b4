import { UserError } from '../core/errors.ts';
import type { TextEdit } from '../core/text-edit.ts';
import type { Field, QueueDocument, QueueEntry } from './document.ts';
import { readLabels } from './labels.ts';
import { lineEnding } from './layout.ts';

/** How a file writes a label: `- **L:** v`, `**L:** v`, `- L: v`, `**L**: v`, `- **L**: v`, `L: v`. */
interface LabelStyle {
  /** The bullet with its space, or ''. */
  bullet: string;
  open: string;
  close: string;
}

const CANONICAL: LabelStyle = { bullet: '- ', open: '**', close: ':**' };

/** Throws where a value could become more than a value: another line, a comment. */
export function checkValue(value: string): void {
  if (/[\r\n\0\u2028\u2029]/.test(value))
    throw new UserError('expected a value on one line, found a line break or a NUL');
  if (/<!--|-->|%%/.test(value))
    throw new UserError('expected a value, found the marks of a comment');
}

/** Replaces a field's value on its label's line. */
export function fieldEdit(doc: QueueDocument, field: Field, value: string): TextEdit {
  const { start, end } = field.span;
  const before = doc.text.charAt(start - 1);
  return {
    start,
    end,
    text: start === end && before !== ' ' && before !== '\t' ? ` ${value}` : value,
  };
}

/** Adds a labelled line to an entry, below its other fields, in the file's style. */
export function addField(
  doc: QueueDocument,
  entry: QueueEntry,
  label: string,
  value: string,
): TextEdit {
  if (entry.form === 'table' || entry.form === 'pipe') {
    throw new UserError(
      `expected a column ${JSON.stringify(label)}, found none: a row's fields are its table's columns`,
      { line: entry.line },
    );
  }
  const eol = lineEnding(doc.text);
  const heading = entry.form === 'heading';
  const anchor = lastLeadingField(doc, entry);
  const style = anchor === null ? fileStyle(doc, entry) : styleAt(doc, anchor);
  const indent =
    anchor === null ? (heading ? '' : childIndent(doc, entry)) : indentAt(doc, anchor.span.start);
  const after = anchor === null ? headStop(doc.text, entry) : lineStop(doc.text, anchor.span.end);
  const bullet = heading || anchor !== null ? style.bullet : style.bullet || '- ';
  let text = `${indent}${bullet}${style.open}${label}${style.close} ${value}`;
  const torn = after >= doc.text.length && doc.text.charCodeAt(doc.text.length - 1) !== 10;
  text = torn ? `${eol}${text}` : `${text}${eol}`;
  if (anchor === null && heading && !torn && /^[^\s#|>-]/.test(doc.text.slice(after, after + 1)))
    text += eol;
  return { start: after, end: after, text };
}

/** The last field of the group that follows the entry's first line. */
function lastLeadingField(doc: QueueDocument, entry: QueueEntry): Field | null {
  const sorted = [...entry.fields.values()]
    .filter(({ line }) => line > entry.line)
    .sort((a, b) => a.line - b.line);
  let last: Field | null = null;
  let line = entry.line;
  for (const field of sorted) {
    const between = doc.text.slice(
      last === null ? headStop(doc.text, entry) : lineStop(doc.text, last.span.end),
      lineStart(doc.text, field.span.start),
    );
    if (field.line > line + 1 && between.trim() !== '') break;
    if (field.value.includes('\n') || (field.span.start === field.span.end && field.value !== ''))
      break;
    if (isRow(doc, field)) break;
    last = field;
    line = field.line;
  }
  return last;
}

function isRow(doc: QueueDocument, field: Field): boolean {
  return doc.text
    .slice(lineStart(doc.text, field.span.start), field.span.start)
    .trimStart()
    .startsWith('|');
}

/** The style of the file's first field, else the canonical one. */
function fileStyle(doc: QueueDocument, entry: QueueEntry): LabelStyle {
  for (const other of doc.entries.slice(0, 500)) {
    if (
      other.form === 'table' ||
      other.form === 'pipe' ||
      (other.form === 'heading') !== (entry.form === 'heading')
    )
      continue;
    for (const field of other.fields.values()) {
      if (field.line > other.line && !isRow(doc, field)) return styleAt(doc, field);
    }
  }
  return CANONICAL;
}

function styleAt(doc: QueueDocument, field: Field): LabelStyle {
  const start = lineStart(doc.text, field.span.start);
  const head = doc.text.slice(start, field.span.start).trimStart();
  const bullet = /^(?:[-*+]|\d+[.)])\s+/.exec(head)?.[0].replace(/^\d.*/, '- ') ?? '';
  const rest = head.replace(/^(?:[-*+]|\d+[.)])\s+|^>\s*/, '');
  const match = /^(\*\*|__|\*|_)?[^*_:：]+(?:(:|：)(\1)?|(\1)(:|：))/u.exec(rest);
  const mark = match?.[1] ?? '';
  if (mark === '') return { bullet, open: '', close: ':' };
  return { bullet, open: mark, close: match?.[2] === undefined ? `${mark}:` : `:${mark}` };
}

function indentAt(doc: QueueDocument, offset: number): string {
  return /^[ \t]*/.exec(doc.text.slice(lineStart(doc.text, offset), offset))?.[0] ?? '';
}

/** One level deeper than the entry, as its children are, else two spaces (a tab where it has tabs). */
function childIndent(doc: QueueDocument, entry: QueueEntry): string {
  const block = doc.text.slice(entry.span.start, entry.span.end);
  const own = /^[ \t]*/.exec(block)?.[0] ?? '';
  const child = /\n([ \t]+)\S/.exec(block)?.[1];
  if (child !== undefined && child.length > own.length && child.startsWith(own)) return child;
  return own.includes('\t') ? `${own}\t` : `${own}${/^[ \t]*\d/.test(block) ? '   ' : '  '}`;
}

/** True where a line reads as these labels and no more. */
export function countLabels(line: string): number {
  return readLabels(line, /^\s*(?:[-*+>]\s+|\d+[.)]\s+)?/.exec(line)?.[0].length ?? 0, line.length)
    .length;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Start of the line after the entry's first; an underline is a part of that. */
function headStop(text: string, { form, span }: QueueEntry): number {
  const next = lineStop(text, span.start);
  return form === 'heading' && !/^\ufeff?[ \t]*#/.test(text.slice(span.start, span.start + 8))
    ? lineStop(text, next)
    : next;
}

/** Start of the line after the one that `offset` is in. */
function lineStop(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}
