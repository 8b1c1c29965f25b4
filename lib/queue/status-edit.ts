import { UserError } from '../core/errors.ts';
import type { Status } from '../core/status.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import type { Field, QueueDocument, QueueEntry, StatusSource } from './document.ts';
import { addField, fieldEdit } from './field-edit.ts';
import { isStatusLabel } from './fields-scan.ts';
import { isGlyphBox } from './lines.ts';
import { movePlan, type Plan } from './move-plan.ts';
import { freshWord, ownMark, ownWord } from './own-words.ts';
import { parseQueue } from './parse.ts';
import { normaliseStatus, readStatus } from './words.ts';

type Known = Exclude<Status, 'UNKNOWN'>;

/** The edits that make `entry` say `status`, in the first of the file's own ways that reads back so. */
export function planStatus(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Known,
  raw: string | undefined,
): TextEdit[] {
  for (const plan of plans(doc, entry, status, raw)) {
    if (plan === null) continue;
    if (plan.sure || readsBack(doc, plan, entry, status)) return plan.edits;
  }
  throw new UserError(`${entry.id ?? entry.handle} can't be given ${status} in this file's form`, {
    line: entry.line,
    hint: 'change the line by hand',
  });
}

function* plans(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Known,
  raw: string | undefined,
): Generator<Plan | null> {
  const { statusSource: source, statusSpan: span } = entry;
  const field = statusField(entry);
  if (
    source === 'field' ||
    source === 'cell' ||
    source === 'bracket' ||
    source === 'suffix' ||
    source === 'inline'
  ) {
    yield replaceToken(doc, entry, status, source, raw);
    if (field !== undefined)
      yield valuePlan(doc, entry, field, raw ?? freshWord(doc, status, source));
  }
  const boxed =
    entry.statusSpan !== null &&
    (source === 'checkbox' || source === 'section' || source === 'default');
  if (boxed && raw === undefined) yield* boxPlans(doc, entry, status);
  if (source === 'section') yield movePlan(doc, entry, status, []);
  if (source === 'default' && field !== undefined)
    yield valuePlan(
      doc,
      entry,
      field,
      raw ?? freshWord(doc, status, entry.form === 'table' ? 'cell' : 'field'),
    );
  if (source === 'default' && entry.form === 'heading')
    yield headingStylePlan(doc, entry, status, raw);
  if (source === 'bracket' && span !== null) yield wordPlan(doc, entry, raw ?? status);
  yield tailPlan(doc, entry, status, raw);
  yield fieldPlan(doc, entry, raw ?? freshWord(doc, status, 'field'));
}

/** The token's bytes alone; tails stay. */
function replaceToken(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Known,
  source: StatusSource,
  raw: string | undefined,
): Plan | null {
  const span = entry.statusSpan;
  if (span === null) return null;
  const token = doc.text.slice(span.start, span.end);
  const boxed = source === 'cell' && doc.text.charAt(span.start - 1) === '[';
  const mark =
    (source === 'bracket' || boxed) && /^.?$/u.test(token) && normaliseStatus(token) === 'UNKNOWN';
  const word = raw ?? (mark ? ownMark(doc, status).mark : ownWord(doc, status, source, token));
  const field = statusField(entry);
  const rest = field === undefined ? '' : doc.text.slice(span.end, field.span.end);
  const sure =
    (source === 'field' || source === 'cell') &&
    field !== undefined &&
    readStatus(word + rest, 0, word.length + rest.length)?.status === status &&
    !word.includes('|');
  return {
    edits: [{ ...span, text: word }],
    start: entry.span.start,
    sure: sure && source === 'field',
  };
}

/** `[CANCELLED]` for an emoji that has no like for this status. */
function wordPlan(doc: QueueDocument, entry: QueueEntry, word: string): Plan | null {
  const span = entry.statusSpan;
  if (span === null || /\p{L}/u.test(doc.text.slice(span.start, span.end))) return null;
  const text = `[${word.replace(/[^\p{L}\p{N}_ -]/gu, '').trim() || word}]`;
  return { edits: [{ ...span, text }], start: entry.span.start, sure: false };
}

/** The mark between the brackets; a section that would say otherwise is left by a move. */
function* boxPlans(doc: QueueDocument, entry: QueueEntry, status: Known): Generator<Plan | null> {
  const span = entry.statusSpan;
  if (span === null) return;
  if (isGlyphBox(doc.text.charCodeAt(span.start)) && span.end - span.start === 1) {
    const glyph =
      status === 'COMPLETE'
        ? '☑'
        : status === 'PENDING'
          ? '☐'
          : status === 'CANCELLED'
            ? '☒'
            : null;
    if (glyph !== null)
      yield { edits: [{ ...span, text: glyph }], start: entry.span.start, sure: false };
    return;
  }
  const { mark, own } = ownMark(doc, status);
  const edit = { ...span, text: mark };
  const plain = status === 'COMPLETE' || status === 'PENDING';
  // In a file whose sections are the state and that has no mark for this one, the section says it.
  if (!plain && !own && isOpenBox(doc, entry)) yield movePlan(doc, entry, status, [], false);
  const sure = mark !== ' ' && entry.title.length > 30 && statusField(entry) === undefined;
  yield { edits: [edit], start: entry.span.start, sure };
  yield movePlan(doc, entry, status, isOpenBox(doc, entry) ? [] : [edit]);
}

function isOpenBox(doc: QueueDocument, entry: QueueEntry): boolean {
  return (
    entry.statusSpan !== null &&
    doc.text.slice(entry.statusSpan.start, entry.statusSpan.end).trim() === ''
  );
}

/** As most of the file's headings say theirs: a bracket or a suffix; a field otherwise. */
function headingStylePlan(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Known,
  raw: string | undefined,
): Plan | null {
  const counts = { field: 0, bracket: 0, suffix: 0 };
  for (const { form, statusSource } of doc.entries) {
    if (
      form === 'heading' &&
      (statusSource === 'field' || statusSource === 'bracket' || statusSource === 'suffix')
    )
      counts[statusSource]++;
  }
  if (counts.field >= Math.max(counts.bracket, counts.suffix)) return null;
  const source = counts.bracket >= counts.suffix ? 'bracket' : 'suffix';
  const word = raw ?? freshWord(doc, status, source);
  const line = doc.text.slice(entry.span.start, lineStop(doc.text, entry.span.start));
  if (source === 'suffix') return tailPlan(doc, entry, status, raw);
  const at = entry.span.start + (/^\s*#+\s*/.exec(line)?.[0].length ?? 0);
  return {
    edits: [{ start: at, end: at, text: `[${word}] ` }],
    start: entry.span.start,
    sure: false,
  };
}

/** ` — DONE` at the end of a title that has no other place for it. */
function tailPlan(
  doc: QueueDocument,
  entry: QueueEntry,
  status: Known,
  raw: string | undefined,
): Plan | null {
  if (
    entry.form === 'pipe' ||
    (entry.form === 'heading' &&
      raw === undefined &&
      !doc.entries.some(({ statusSource }) => statusSource === 'suffix'))
  )
    return null;
  if (entry.form === 'checkbox' || entry.form === 'numbered') return null;
  const word =
    raw ?? freshWord(doc, status, entry.form === 'heading' ? 'suffix' : 'inline').toUpperCase();
  let at = entry.form === 'table' ? entry.titleSpan.end : lineStop(doc.text, entry.span.start);
  while (at > entry.span.start && /\s/.test(doc.text.charAt(at - 1))) at--;
  return {
    edits: [{ start: at, end: at, text: ` — ${word}` }],
    start: entry.span.start,
    sure: false,
  };
}

function fieldPlan(doc: QueueDocument, entry: QueueEntry, word: string): Plan | null {
  if (entry.form === 'table' || entry.form === 'pipe') return null;
  return { edits: [addField(doc, entry, 'Status', word)], start: entry.span.start, sure: false };
}

function valuePlan(doc: QueueDocument, entry: QueueEntry, field: Field, word: string): Plan {
  return { edits: [fieldEdit(doc, field, word)], start: entry.span.start, sure: false };
}

function statusField(entry: QueueEntry): Field | undefined {
  for (const [label, field] of entry.fields) {
    if (isStatusLabel(label)) return field;
    if (
      entry.statusSpan !== null &&
      field.span.start <= entry.statusSpan.start &&
      entry.statusSpan.end <= field.span.end &&
      entry.statusSource === 'cell'
    )
      return field;
  }
  return undefined;
}

function lineStop(text: string, start: number): number {
  const at = text.indexOf('\n', start);
  const end = at === -1 ? text.length : at;
  return end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}

/** Reads the result: the same entries as before, with this one's status and no other changed. */
function readsBack(doc: QueueDocument, plan: Plan, entry: QueueEntry, status: Known): boolean {
  const result = parseQueue(applyEdits(doc.text, plan.edits), { before: doc });
  if (result.entries.length !== doc.entries.length) return false;
  const changed = result.entries.find((other) => other.span.start === plan.start);
  if (changed?.status !== status || changed.title !== entry.title || changed.id !== entry.id)
    return false;
  const left = new Map<string, number>();
  for (const other of doc.entries) if (other !== entry) count(left, other, 1);
  for (const other of result.entries)
    if (other !== changed && !count(left, other, -1)) return false;
  return true;
}

/** Adds to how often an entry stands; false where it would stand less than not at all. */
function count(left: Map<string, number>, entry: QueueEntry, by: number): boolean {
  const key = `${entry.status} ${entry.id} ${entry.title}`;
  const value = (left.get(key) ?? 0) + by;
  left.set(key, value);
  return value >= 0;
}
