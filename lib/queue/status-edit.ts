import { UserError } from '../core/errors.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import type { Status } from '../core/status.ts';
import type { Field, QueueDocument, QueueEntry, StatusSource } from './document.ts';
import { addField, fieldEdit } from './field-edit.ts';
import { isStatusLabel } from './fields-scan.ts';
import { type Layout, readLayout } from './layout.ts';
import { freshWord, ownMark, ownWord } from './own-words.ts';
import { parseQueue } from './parse.ts';
import { insertAt, placeInSection, removeBlock } from './place.ts';
import type { Section } from './outline.ts';
import { isGlyphBox } from './lines.ts';
import { normaliseStatus, readStatus } from './words.ts';

type Known = Exclude<Status, 'UNKNOWN'>;

/** One way to write a status. */
interface Plan {
  edits: TextEdit[];
  /** Offset of the entry's first line in the text that results. */
  start: number;
  /** True where the way of writing shows by itself that it will be read back. */
  sure: boolean;
}

/** The edits that make `entry` say `status`, in the first of the file's own ways that reads back so. */
export function planStatus(doc: QueueDocument, entry: QueueEntry, status: Known, raw: string | undefined): TextEdit[] {
  for (const plan of plans(doc, entry, status, raw)) {
    if (plan === null) continue;
    if (plan.sure || readsBack(doc, plan, entry, status)) return plan.edits;
  }
  throw new UserError(`${entry.id ?? entry.handle} can't be given ${status} in this file's form`, {
    line: entry.line,
    hint: 'change the line by hand',
  });
}

function* plans(doc: QueueDocument, entry: QueueEntry, status: Known, raw: string | undefined): Generator<Plan | null> {
  const { statusSource: source } = entry;
  const field = statusField(entry);
  if (source === 'field' || source === 'cell' || source === 'bracket' || source === 'suffix' || source === 'inline') {
    yield replaceToken(doc, entry, status, source, raw);
    if (field !== undefined) yield valuePlan(doc, entry, field, raw ?? freshWord(doc, status, source));
  }
  const boxed = entry.statusSpan !== null && (source === 'checkbox' || source === 'section' || source === 'default');
  if (boxed && raw === undefined) yield* boxPlans(doc, entry, status);
  if (source === 'section') yield movePlan(doc, entry, status, []);
  if (source === 'default' && field !== undefined) yield valuePlan(doc, entry, field, raw ?? freshWord(doc, status, entry.form === 'table' ? 'cell' : 'field'));
  if (source === 'default' && entry.form === 'heading') yield headingStylePlan(doc, entry, status, raw);
  yield tailPlan(doc, entry, status, raw);
  yield fieldPlan(doc, entry, raw ?? freshWord(doc, status, 'field'));
}

/** The token's bytes alone; tails stay. */
function replaceToken(doc: QueueDocument, entry: QueueEntry, status: Known, source: StatusSource, raw: string | undefined): Plan | null {
  const span = entry.statusSpan;
  if (span === null) return null;
  const token = doc.text.slice(span.start, span.end);
  const mark = source === 'bracket' && /^.?$/u.test(token) && normaliseStatus(token) === 'UNKNOWN';
  const word = raw ?? (mark ? ownMark(doc, status).mark : ownWord(doc, status, source, token));
  const field = statusField(entry);
  const rest = field === undefined ? '' : doc.text.slice(span.end, field.span.end);
  const sure = (source === 'field' || source === 'cell') && field !== undefined && readStatus(word + rest, 0, word.length + rest.length)?.status === status && !word.includes('|');
  return { edits: [{ ...span, text: word }], start: entry.span.start, sure: sure && source === 'field' };
}

/** The mark between the brackets; a section that would say otherwise is left by a move. */
function* boxPlans(doc: QueueDocument, entry: QueueEntry, status: Known): Generator<Plan | null> {
  const span = entry.statusSpan;
  if (span === null) return;
  if (isGlyphBox(doc.text.charCodeAt(span.start)) && span.end - span.start === 1) {
    const glyph = status === 'COMPLETE' ? '☑' : status === 'PENDING' ? '☐' : status === 'CANCELLED' ? '☒' : null;
    if (glyph !== null) yield { edits: [{ ...span, text: glyph }], start: entry.span.start, sure: false };
    return;
  }
  const { mark, own } = ownMark(doc, status);
  const edit = { ...span, text: mark };
  const plain = status === 'COMPLETE' || status === 'PENDING';
  // In a file whose sections are the state and that has no mark for this one, the section says it.
  if (!plain && !own && isOpenBox(doc, entry)) yield movePlan(doc, entry, status, [], false);
  yield { edits: [edit], start: entry.span.start, sure: false };
  yield movePlan(doc, entry, status, isOpenBox(doc, entry) ? [] : [edit]);
}

function isOpenBox(doc: QueueDocument, entry: QueueEntry): boolean {
  return entry.statusSpan !== null && doc.text.slice(entry.statusSpan.start, entry.statusSpan.end).trim() === '';
}

/** The whole block, as it is, to the section of its new state; one is made where there is none. */
function movePlan(doc: QueueDocument, entry: QueueEntry, status: Known, inner: TextEdit[], create = true): Plan | null {
  const layout = readLayout(doc);
  const here = stateAbove(layout, entry);
  const target = nearestState(layout, here, status);
  if (target === null && (!create || here === null)) return null;
  const block = moveable(doc, entry, inner);
  const removal = removeBlock(layout, entry);
  const { insertion, offset } = target === null ? newSection(doc, layout, here as Section, status, block, entry) : intoSection(doc, layout, target, block, entry);
  const shift = insertion.start >= removal.end ? removal.end - removal.start : 0;
  if (insertion.start > removal.start && insertion.start < removal.end) insertion.start = insertion.end = removal.end;
  return { edits: [removal, insertion], start: insertion.start - shift + offset, sure: false };
}

function moveable(doc: QueueDocument, entry: QueueEntry, inner: TextEdit[]): string {
  const { start, end } = entry.span;
  return applyEdits(doc.text.slice(start, end), inner.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })));
}

function intoSection(doc: QueueDocument, layout: Layout, section: Section, block: string, entry: QueueEntry): { insertion: TextEdit; offset: number } {
  const table = entry.form === 'table' && !doc.entries.some((other) => other.form === 'table' && other.line - 1 > section.line && other.line - 1 < section.next);
  const place = placeInSection(doc, layout, section, entry.form === 'heading', entry);
  const insertion = insertAt(layout, place, table ? tableHeader(layout, entry) + block : block);
  return { insertion, offset: insertion.text.lastIndexOf(block.trimEnd()) };
}

function newSection(doc: QueueDocument, layout: Layout, here: Section, status: Known, block: string, entry: QueueEntry): { insertion: TextEdit; offset: number } {
  const { lines, outline, eol } = layout;
  const states = outline.filter(({ role, level }) => role === 'state' && level === here.level);
  const last = states.at(-1) ?? here;
  let line = last.line + 1;
  while (line < lines.count && !outline.some((section) => section.line === line && section.level <= last.level)) line++;
  const name = sectionName(doc, status, here);
  const header = entry.form === 'table' ? tableHeader(layout, entry) : '';
  const insertion = insertAt(layout, { line, before: true, after: true }, `${'#'.repeat(here.level)} ${name}${eol}${eol}${header}${block}`);
  return { insertion, offset: insertion.text.lastIndexOf(block.trimEnd()) };
}

/** The header and delimiter rows of the table that a row stands in. */
function tableHeader({ lines, eol }: Layout, entry: QueueEntry): string {
  let line = entry.line - 1;
  while (line > 0 && lines.text.slice(lines.start[line - 1], lines.end[line - 1]).includes('|')) line--;
  return `${lines.text.slice(lines.start[line], lines.end[line])}${eol}${lines.text.slice(lines.start[line + 1], lines.end[line + 1])}${eol}`;
}

function sectionName(doc: QueueDocument, status: Known, here: Section): string {
  const sample = here.path.at(-1) ?? '';
  return ownWord({ ...doc, entries: [] }, status, 'section', sample.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}].*$/u, ''));
}

function stateAbove({ outline }: Layout, entry: QueueEntry): Section | null {
  let found: Section | null = null;
  for (const section of outline) {
    if (section.line >= entry.line - 1) break;
    found = section;
  }
  while (found !== null && found.own === null) found = found.parent === -1 ? null : (outline[found.parent] ?? null);
  return found;
}

function nearestState({ outline }: Layout, here: Section | null, status: Known): Section | null {
  const fitting = outline.filter((section) => section.own === status);
  return fitting.find(({ parent }) => parent === here?.parent) ?? fitting[0] ?? null;
}

/** As most of the file's headings say theirs: a bracket or a suffix; a field otherwise. */
function headingStylePlan(doc: QueueDocument, entry: QueueEntry, status: Known, raw: string | undefined): Plan | null {
  const counts = { field: 0, bracket: 0, suffix: 0 };
  for (const { form, statusSource } of doc.entries) {
    if (form === 'heading' && (statusSource === 'field' || statusSource === 'bracket' || statusSource === 'suffix')) counts[statusSource]++;
  }
  if (counts.field >= Math.max(counts.bracket, counts.suffix)) return null;
  const source = counts.bracket >= counts.suffix ? 'bracket' : 'suffix';
  const word = raw ?? freshWord(doc, status, source);
  const line = doc.text.slice(entry.span.start, lineStop(doc.text, entry.span.start));
  if (source === 'suffix') return tailPlan(doc, entry, status, raw);
  const at = entry.span.start + (/^\s*#+\s*/.exec(line)?.[0].length ?? 0);
  return { edits: [{ start: at, end: at, text: `[${word}] ` }], start: entry.span.start, sure: false };
}

/** ` — DONE` at the end of a title that has no other place for it. */
function tailPlan(doc: QueueDocument, entry: QueueEntry, status: Known, raw: string | undefined): Plan | null {
  if (entry.form === 'pipe' || (entry.form === 'heading' && raw === undefined && !doc.entries.some(({ statusSource }) => statusSource === 'suffix'))) return null;
  if (entry.form === 'checkbox' || entry.form === 'numbered') return null;
  const word = raw ?? freshWord(doc, status, entry.form === 'heading' ? 'suffix' : 'inline').toUpperCase();
  let at = lineStop(doc.text, entry.span.start);
  if (entry.form === 'table') {
    const cell = titleCell(doc, entry);
    if (cell === null) return null;
    at = cell;
  }
  while (at > entry.span.start && /\s/.test(doc.text.charAt(at - 1))) at--;
  return { edits: [{ start: at, end: at, text: ` — ${word}` }], start: entry.span.start, sure: false };
}

/** Where the title of a row ends: its text is looked for, since the header is not at hand. */
function titleCell(doc: QueueDocument, entry: QueueEntry): number | null {
  const line = doc.text.slice(entry.span.start, lineStop(doc.text, entry.span.start));
  const words = entry.title.split(' ').slice(0, 3).join(' ');
  const at = line.indexOf(words);
  if (at === -1) return null;
  const pipe = line.indexOf('|', at + Math.min(entry.title.length, words.length));
  return entry.span.start + (pipe === -1 ? line.length : pipe);
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
    if (entry.statusSpan !== null && field.span.start <= entry.statusSpan.start && entry.statusSpan.end <= field.span.end && entry.statusSource === 'cell') return field;
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
  const result = parseQueue(applyEdits(doc.text, plan.edits));
  if (result.entries.length !== doc.entries.length) return false;
  return result.entries.some((other) => other.span.start === plan.start && other.status === status && other.title === entry.title && other.id === entry.id);
}
