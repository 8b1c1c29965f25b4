import { UserError } from '../core/errors.ts';
import type { Status } from '../core/status.ts';
import { applyEdits, type Span, type TextEdit } from '../core/text-edit.ts';
import { type NewTask, planAppend } from './append.ts';
import type { Field, QueueDocument, QueueEntry } from './document.ts';
import { addField, checkValue, countLabels, fieldEdit, lineStart } from './field-edit.ts';
import { PRIORITY_LABELS, STATUS_LABELS } from './fields-scan.ts';
import { plainText } from './inline.ts';
import { normaliseLabel } from './labels.ts';
import { lineEnding, readLayout } from './layout.ts';
import { idPrefix, nextInSeries } from './numbering.ts';
import { parseQueue } from './parse.ts';
import { insertAt } from './place.ts';
import { areSame } from './same-entries.ts';
import { planStatus } from './status-edit.ts';
import { normaliseStatus } from './words.ts';

interface StatusOptions {
  /** The word to write, instead of the file's own. */
  raw?: string;
}

/**
 * Makes `entry` say `status`: changes the status token's bytes and nothing else, in the file's own
 * word; gives an entry without a token one in the file's own way; moves the block, as it is, where
 * sections are the state. Throws a UserError where the file may not be written.
 */
export function setStatus(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Status,
  options: StatusOptions = {},
): TextEdit[] {
  checkWritable(doc);
  const { raw } = options;
  if (status === 'UNKNOWN') throw new UserError('UNKNOWN is no status that can be set');
  if (raw !== undefined) {
    checkValue(raw);
    if (normaliseStatus(raw) !== status)
      throw new UserError(`${JSON.stringify(raw)} is no word for ${status}`);
  }
  if (entry.status === status && (raw === undefined || raw === entry.rawStatus)) return [];
  return planStatus(doc, entry, status, raw);
}

/** Sets a labelled value: in place where the entry has the label, else on a line of its own. */
export function setField(
  doc: QueueDocument,
  entry: QueueEntry,
  label: string,
  value: string,
): TextEdit[] {
  checkWritable(doc);
  checkValue(value);
  const key = normaliseLabel(label);
  if (STATUS_LABELS.has(key)) return setStatus(doc, entry, normaliseStatus(value), { raw: value });
  if (!/^\p{L}[\p{L}\p{N} _/&'()-]{0,38}$/u.test(label) || label.trim().split(/\s+/).length > 4) {
    throw new UserError(`expected a label of at most four words, found ${JSON.stringify(label)}`);
  }
  const field = entry.fields.get(key);
  const trimmed = value.trim();
  const cell = entry.form === 'table' || (field !== undefined && isRow(doc, field));
  const written = cell ? trimmed.replaceAll('|', '\\|') : trimmed;
  const edit =
    field === undefined
      ? addField(doc, entry, label.trim(), written)
      : fieldEdit(doc, field, written);
  checkField(doc, entry, edit, key, trimmed, cell);
  return [edit];
}

/** Sets the priority: its column or field, else a field of its own. 0 is the most urgent. */
export function setPriority(doc: QueueDocument, entry: QueueEntry, priority: number): TextEdit[] {
  if (!Number.isInteger(priority) || priority < 0 || priority > 9)
    throw new UserError(`expected a priority from 0 to 9, found ${priority}`);
  checkWritable(doc);
  if (entry.priority === priority) return [];
  for (const [key, field] of entry.fields) {
    if (!PRIORITY_LABELS.has(key)) continue;
    const edits = [fieldEdit(doc, field, `P${priority}`)];
    if (saysPriority(doc, entry, edits, priority)) return edits;
  }
  const inline = inlinePriority(doc, entry, priority);
  if (inline !== null && saysPriority(doc, entry, [inline], priority)) return [inline];
  const edits = [addField(doc, entry, 'Priority', `P${priority}`)];
  if (saysPriority(doc, entry, edits, priority)) return edits;
  throw new UserError("the priority can't be changed in this file's form", {
    line: entry.line,
    hint: 'change the line by hand',
  });
}

function saysPriority(
  doc: QueueDocument,
  entry: QueueEntry,
  edits: TextEdit[],
  priority: number,
): boolean {
  const after = readsBack(doc, entry, edits);
  return after?.priority === priority && areSame([after], [entry]);
}

/** Replaces the title's own bytes. */
export function setTitle(doc: QueueDocument, entry: QueueEntry, title: string): TextEdit[] {
  checkWritable(doc);
  checkValue(title);
  const wanted = title.trim();
  if (wanted === '') throw new UserError('expected a title, found nothing');
  const { start, end } = titleSpan(doc, entry);
  const text =
    entry.form === 'table' || entry.form === 'pipe' ? wanted.replaceAll('|', '\\|') : wanted;
  const edits = [{ start, end, text }];
  const after = readsBack(doc, entry, edits);
  if (
    after === null ||
    after.title !== plainText(text) ||
    after.id !== entry.id ||
    after.status !== entry.status
  ) {
    throw new UserError(`${JSON.stringify(wanted)} would be read as more than a title`, {
      line: entry.line,
      hint: 'leave out ids, states and priorities',
    });
  }
  return edits;
}

/** Gives an entry an id, before its title, as the file's other ids stand. */
export function assignId(doc: QueueDocument, entry: QueueEntry, id: string): TextEdit[] {
  checkWritable(doc);
  if (entry.id !== null) throw new UserError(`it has an id: ${entry.id}`, { line: entry.line });
  const taken = doc.entries.find((other) => other.id?.toLowerCase() === id.toLowerCase());
  if (taken !== undefined)
    throw new UserError(`${taken.id} stands already on line ${taken.line}`, { line: entry.line });
  const column = entry.form === 'table' ? entry.fields.get('id') : undefined;
  const { start } = titleSpan(doc, entry);
  const ways =
    column !== undefined && column.value.trim() === ''
      ? [fieldEdit(doc, column, id)]
      : [idPrefix(doc, entry, id), `${id}: `].map((text) => ({ start, end: start, text }));
  for (const way of ways) {
    const edits = [way];
    const after = readsBack(doc, entry, edits);
    if (
      after !== null &&
      after.id === id &&
      after.title === entry.title &&
      after.status === entry.status
    )
      return edits;
  }
  throw new UserError(`${id} would not be read as an id here`, { line: entry.line });
}

/**
 * The next id of the file's main series (`TASK-007` after `TASK-006`). `given`: ids that must not be
 * given again, as far as they belong to the series of a prefix (`TASK-`, in any case).
 */
export function nextId(doc: QueueDocument, given: (prefix: string) => Iterable<string>): string {
  return nextInSeries(doc, given);
}

/** Adds a task in the file's own form, below the section it belongs to. */
export function appendTask(doc: QueueDocument, task: NewTask): TextEdit[] {
  checkWritable(doc);
  for (const value of [task.id ?? '', task.title, ...Object.values(task.fields ?? {})])
    checkValue(value);
  return planAppend(doc, task);
}

/** Puts a whole block behind `after`, else at the end; its bytes stay, but for the line ends at its edges. */
export function insertBlock(doc: QueueDocument, block: string, after?: QueueEntry): TextEdit[] {
  checkWritable(doc);
  const layout = readLayout(doc);
  const heading = /^\s{0,3}#/.test(block);
  const line = after === undefined ? layout.lines.count : after.endLine;
  return [insertAt(layout, { line, before: heading, after: heading }, block)];
}

function checkWritable(doc: QueueDocument): void {
  if (doc.readOnly !== null) throw new UserError(`the queue is not written: ${doc.readOnly}`);
}

/** The value must come back as one value, and nothing else may have changed. */
function checkField(
  doc: QueueDocument,
  entry: QueueEntry,
  edit: TextEdit,
  key: string,
  value: string,
  cell: boolean,
): void {
  const text = applyEdits(doc.text, [edit]);
  const start = lineStart(text, edit.start + Math.max(0, edit.text.trimEnd().length - 1));
  const line = text.slice(
    start,
    text.indexOf('\n', start) === -1 ? text.length : text.indexOf('\n', start),
  );
  const old =
    edit.start === edit.end && edit.text.includes(lineEnding(doc.text))
      ? 1
      : countLabels(lineAround(doc.text, edit.start));
  const after = readsBack(doc, entry, [edit]);
  const read = after?.fields.get(key)?.value.split('\n')[0];
  if (
    after === null ||
    after.status !== entry.status ||
    (after.title !== entry.title && after.title !== plainText(value)) ||
    after.id !== (key === 'id' ? after.id : entry.id) ||
    read !== value ||
    (!cell && countLabels(line) !== old)
  ) {
    throw new UserError(`${JSON.stringify(value)} would be read as more than a value`, {
      line: entry.line,
    });
  }
}

function lineAround(text: string, offset: number): string {
  const start = lineStart(text, offset);
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? text.length : end);
}

/** The entry after the edits, where all others of the document are what they were; else null. */
function readsBack(doc: QueueDocument, entry: QueueEntry, edits: TextEdit[]): QueueEntry | null {
  const { entries } = parseQueue(applyEdits(doc.text, edits), { before: doc });
  const at = doc.entries.indexOf(entry);
  const same =
    areSame(entries.slice(0, at), doc.entries.slice(0, at)) &&
    areSame(entries.slice(at + 1), doc.entries.slice(at + 1));
  return (same && entries[at]) || null;
}

/** The title's bytes, without a closing `**` that opened before an id. */
function titleSpan(doc: QueueDocument, entry: QueueEntry): Span {
  const { start } = entry.titleSpan;
  let { end } = entry.titleSpan;
  const inner = doc.text.slice(start, end);
  for (const mark of ['**', '~~', '`']) {
    if (inner.endsWith(mark) && inner.split(mark).length % 2 === 0) end -= mark.length;
  }
  return { start, end };
}

/** The `P1` or `High` of the entry's own line, where it has one. */
function inlinePriority(doc: QueueDocument, entry: QueueEntry, priority: number): TextEdit | null {
  const line = lineAround(doc.text, entry.span.start);
  const match = /(^|[\s[(*`|])P(\d)(?=[\s\])*:`|.—–-]|$)/.exec(line);
  if (match === null || Number(match[2]) !== entry.priority) return null;
  const at = entry.span.start + match.index + (match[1] ?? '').length + 1;
  return { start: at, end: at + 1, text: String(priority) };
}

function isRow(doc: QueueDocument, field: Field): boolean {
  return lineAround(doc.text, field.span.start).trimStart().startsWith('|');
}
