import type { Span } from '../core/text-edit.ts';
import type { Status } from '../core/status.ts';
import type { EntryForm, Field, StatusSource } from './document.ts';
import { ID_LABELS, PRIORITY_LABELS } from './fields-scan.ts';
import type { Head } from './head.ts';
import type { IdStrength } from './ids.ts';
import { plainText } from './inline.ts';
import { isGlyphBox, type Lines } from './lines.ts';
import type { Section } from './outline.ts';
import { readPriority } from './priority.ts';
import { BOX_MARKS } from './vocabulary.ts';
import { readStatus, type StatusToken } from './words.ts';

/** An entry on its way: what the finish needs to settle ids, handles and findings. */
export interface Draft {
  id: string | null;
  idStrength: IdStrength | null;
  title: string;
  told: Told;
  priority: number | null;
  form: EntryForm;
  /** 0-based, inclusive. */
  first: number;
  last: number;
  section: Section;
  fields: ReadonlyMap<string, Field>;
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

export const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

/** A status that a field's or a cell's value says; an unknown word keeps its text. */
export function tellValue(text: string, span: Span, source: StatusSource): Told | null {
  const token = readStatus(text, span.start, span.end);
  if (token !== null && !token.choice) return tellToken(text, token, source);
  const raw = plainText(text.slice(span.start, span.end));
  if (/^[\s—–\-?.…]*$/.test(raw)) return null;
  const start = span.start + (/^[\s*_`~]*/.exec(text.slice(span.start, span.end))?.[0].length ?? 0);
  const end = span.end - (/[\s*_`~]*$/.exec(text.slice(start, span.end))?.[0].length ?? 0);
  return { status: 'UNKNOWN', source, raw, span: { start, end } };
}

export function tellToken(text: string, token: StatusToken, source: StatusSource): Told {
  return {
    status: token.status,
    source,
    raw: plainText(text.slice(token.start, token.end)),
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

/** The strongest of what is told: field, head, closed box, inline, section, open box, nothing. */
export function strongest(field: Told | null, box: Told | null, head: Told | null, section: Section, form: EntryForm): { told: Told; other: Status | null } {
  const state: Told | null =
    section.state === null ? null : { status: section.state, source: 'section', raw: stateWord(section), span: null };
  // A sentence where a status should be is weaker than a box or a section that does say one.
  if (field?.status === 'UNKNOWN' && (field.raw ?? '').split(' ').length > 2 && (box ?? head ?? state) !== null) field = null;
  const closed = box !== null && box.status !== 'PENDING' ? box : null;
  const ranked = form === 'checkbox' ? [field, closed, head, state, box] : [field, head, closed, state, box];
  const told = ranked.find((one) => one !== null) ?? { status: 'PENDING', source: 'default', raw: null, span: null };
  const other = ranked.find((one) => one !== null && one !== told && one.status !== told.status && !(one === box && closed === null && told.source !== 'section'));
  if (told.source === 'section' && box !== null) return { told: { ...told, span: box.span }, other: other?.status ?? null };
  return { told, other: other?.status ?? null };
}

function stateWord(section: Section): string | null {
  return section.own === null ? null : (section.path.at(-1) ?? null);
}

/** The id and priority that fields give where the entry's own line gave none. */
export function settleByFields(draft: Draft, head: Head | null): void {
  for (const [key, field] of draft.fields) {
    if (draft.id === null && ID_LABELS.has(key)) {
      const id = plainText(field.value.split('\n')[0] ?? '');
      if (/^[^\s,;]{1,64}$/.test(id) && /[\p{L}\p{N}]/u.test(id)) {
        draft.id = id;
        draft.idStrength = 'strong';
      }
    }
    if (PRIORITY_LABELS.has(key) && (draft.priority === null || head?.priority === null)) draft.priority = readPriority(field.value) ?? draft.priority;
  }
}

function glyphStatus(mark: string): Status {
  if (mark === '☑') return 'COMPLETE';
  return mark === '☒' ? 'CANCELLED' : 'PENDING';
}
