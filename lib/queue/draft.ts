import type { Status } from '../core/status.ts';
import type { Span } from '../core/text-edit.ts';
import { skipDecoration, trimDecoration } from './decoration.ts';
import type { EntryForm, Field, StatusSource } from './document.ts';
import { type BlockFields, ID_LABELS, PRIORITY_LABELS, TaggedFields } from './fields-scan.ts';
import type { Head } from './head.ts';
import type { IdStrength } from './ids.ts';
import { plainText } from './inline.ts';
import { isGlyphBox, LINE, type Lines } from './lines.ts';
import { readPriority } from './priority.ts';
import { type Section, titleOf } from './section.ts';
import { BOX_MARKS } from './vocabulary.ts';
import { readClosingWord, readValue, type StatusToken } from './words.ts';

/** An entry on its way: what the finish needs to settle ids, handles and findings. */
export interface Draft {
  id: string | null;
  idStrength: IdStrength | null;
  title: string;
  titleSpan: Span;
  told: Told;
  priority: number | null;
  form: EntryForm;
  /** 0-based, inclusive. */
  first: number;
  last: number;
  section: Section;
  fields: BlockFields;
  /** What else the entry says about its status, weaker than `told`; for findings. */
  other: Status | null;
}

/** What told the status. */
export interface Told {
  status: Status;
  source: StatusSource;
  raw: string | null;
  span: Span | null;
}

/** A status that a field's or a cell's value says; an unknown word keeps its text. */
export function tellValue(text: string, span: Span, source: StatusSource): Told | null {
  const token = readValue(text, span.start, span.end);
  if (token !== null && !token.choice) return tellToken(text, token, source);
  const closing = token === null ? readClosingWord(text, span.start, span.end) : null;
  if (closing !== null) return tellToken(text, closing, source);
  const raw = plainText(text.slice(span.start, span.end));
  if (/^[\s—–\-?.…]*$/.test(raw)) return null;
  const start = skipDecoration(text, span.start, span.end);
  const end = trimDecoration(text, start, span.end);
  return { status: 'UNKNOWN', source, raw, span: { start, end } };
}

export function tellToken(text: string, token: StatusToken, source: StatusSource): Told {
  return {
    status: token.status,
    source,
    raw: token.raw ?? plainText(text.slice(token.start, token.end)),
    span: { start: token.start, end: token.end },
  };
}

/** What a checkbox says; an unknown mark is UNKNOWN, never skipped. */
export function tellBox(lines: Lines, line: number): Told {
  const start = lines.box[line] ?? 0;
  const end = start + (lines.boxLength[line] ?? 0);
  const mark = lines.text.slice(start, end);
  const glyph = isGlyphBox(lines.text.charCodeAt(start));
  const status = glyph ? glyphStatus(mark) : (BOX_MARKS[mark.trim()] ?? 'UNKNOWN');
  return { status, source: 'checkbox', raw: glyph ? mark : `[${mark}]`, span: { start, end } };
}

/** The strongest of what is told: field, head, closed box, inline, section, open box, nothing. A struck title closes what is open. */
export function strongest(
  text: string,
  field: Told | null,
  box: Told | null,
  head: Told | null,
  section: Section,
  form: EntryForm,
  struck: Status | null,
): { told: Told; other: Status | null } {
  const { told, other } = rank(text, field, box, head, section, form);
  if (struck === null || !isOpen(told)) return { told, other };
  const source = box === null ? 'inline' : 'checkbox';
  return { told: { status: struck, source, raw: '~~', span: box?.span ?? null }, other: null };
}

/** True where no word of the entry's own says it, and what does leaves it open. */
function isOpen({ source, status }: Told): boolean {
  if (source === 'section') return status !== 'COMPLETE' && status !== 'CANCELLED';
  return source === 'default' || (source === 'checkbox' && status === 'PENDING');
}

const UNTOLD: Told = { status: 'PENDING', source: 'default', raw: null, span: null };

function rank(
  text: string,
  field: Told | null,
  box: Told | null,
  head: Told | null,
  section: Section,
  form: EntryForm,
): { told: Told; other: Status | null } {
  const state: Told | null =
    section.state === null
      ? null
      : { status: section.state, source: 'section', raw: stateWord(text, section), span: null };
  // A sentence where a status should be is weaker than a box or a section that does say one.
  if (
    field?.status === 'UNKNOWN' &&
    (field.raw ?? '').split(' ').length > 2 &&
    (box ?? head ?? state) !== null
  )
    field = null;
  const closed = box !== null && box.status !== 'PENDING' ? box : null;
  const first = form === 'checkbox' ? closed : head;
  const second = form === 'checkbox' ? head : closed;
  const told = field ?? first ?? second ?? state ?? box ?? UNTOLD;
  const weak = closed === null && told.source !== 'section' ? null : box;
  const other =
    differing(field, told) ??
    differing(first, told) ??
    differing(second, told) ??
    differing(state, told) ??
    differing(weak, told);
  // An open box in progress or blocked says no more than that it is not done.
  if (
    told.source === 'section' &&
    box !== null &&
    told.status !== 'COMPLETE' &&
    told.status !== 'CANCELLED'
  )
    return { told: { ...told, span: box.span }, other: null };
  if (told.source === 'section' && box !== null)
    return { told: { ...told, span: box.span }, other };
  return { told, other };
}

/** What `one` says, where that is something else than what was told. */
function differing(one: Told | null, told: Told): Status | null {
  return one !== null && one.status !== told.status ? one.status : null;
}

function stateWord(text: string, section: Section): string | null {
  return section.own === null ? null : titleOf(text, section);
}

/** Takes what the entry's own line carries after its title, and the id and priority that fields give where the line gave none. */
export function settleDraft(text: string, draft: Draft, head: Head | null): void {
  if (head !== null && head.tags.length > 0)
    draft.fields = new TaggedFields(draft.fields, head.tags, draft.first + 1);
  if (!draft.fields.settles) return;
  if (draft.id === null || draft.priority === null || head?.priority === null)
    settleByFields(text, draft, head);
}

function settleByFields(text: string, draft: Draft, head: Head | null): void {
  for (const [key, field] of draft.fields.read(text)) {
    if (draft.id === null && ID_LABELS.has(key)) {
      draft.id = readFieldId(field);
      if (draft.id !== null) draft.idStrength = 'strong';
    }
    if (PRIORITY_LABELS.has(key) && (draft.priority === null || head?.priority === null))
      draft.priority = readPriority(field.value) ?? draft.priority;
  }
}

function readFieldId({ value }: Field): string | null {
  const id = plainText(value.split('\n')[0] ?? '');
  return /^[^\s,;]{1,64}$/.test(id) && /[\p{L}\p{N}]/u.test(id) ? id : null;
}

function glyphStatus(mark: string): Status {
  if (mark === '☑') return 'COMPLETE';
  return mark === '☒' ? 'CANCELLED' : 'PENDING';
}

/** The last line of a block that says anything. */
export function trimBlock(lines: Lines, first: number, last: number): number {
  let line = last;
  while (line > first && (lines.kind[line] === LINE.blank || lines.kind[line] === LINE.rule))
    line--;
  return line;
}
