import { ownCopy } from '../core/own-copy.ts';
import type { Field } from './document.ts';
import type { Tag } from './head.ts';
import { normaliseLabel, readLabels } from './labels.ts';
import { LINE, type Lines } from './lines.ts';
import { isDelimiterRow, splitRow } from './table.ts';

/** Labels that say an entry's status, id or priority. */
export const STATUS_LABELS: ReadonlySet<string> = new Set([
  'status',
  'state',
  'current status',
  'task status',
  '状態',
  '状态',
  'ステータス',
  'durum',
  'estado',
  'statut',
  'stato',
  'статус',
  '상태',
  'état',
  'situação',
  'zustand',
  'состояние',
  '狀態',
  '進捗',
]);
export const ID_LABELS: ReadonlySet<string> = new Set(['id', 'task id', 'ticket', 'key']);
export const PRIORITY_LABELS: ReadonlySet<string> = new Set([
  'priority',
  'prio',
  'urgency',
  'öncelik',
  '優先度',
  '优先级',
  'prioridad',
  'priorité',
  'priorität',
  'prioridade',
  'priorità',
  'приоритет',
  '우선순위',
]);

/** `Status`, also as `Status (in this file)`. */
export function isStatusLabel(key: string): boolean {
  return STATUS_LABELS.has(key) || (key.startsWith('status (') && key.endsWith(')'));
}

/** The labelled values of a block, wherever it stands by now. */
export interface BlockFields {
  /** True where one of the labels may say the entry's id or priority. */
  readonly settles: boolean;
  /** By label; `text` holds the block `shift` characters and `lines` lines further down than where it was read. */
  read(text: string, shift?: number, lines?: number): Map<string, Field>;
}

/** Values longer than this (nested lines together) are text, not a field. */
const LONGEST_VALUE = 20_000;

/** Blocks with more labels than this look them up by a map. */
const FEW = 8;

/** What a label means, worked out once for each spelling. */
interface Meaning {
  label: string;
  key: string;
  status: boolean;
  settles: boolean;
}

/** A label where it stands. Linked: an array keeps room for many. */
interface Found {
  meaning: Meaning;
  /** 1-based. */
  line: number;
  start: number;
  end: number;
  /** The value, where it goes on below the label's line. */
  value: string | null;
  /** What was handed out while the block is read; see `done`. */
  field: Field | null;
  next: Found | null;
}

/** Labels as they were found, in order. */
export class FoundFields implements BlockFields {
  settles = false;
  size = 0;
  first: Found | null = null;

  read(text: string, shift = 0, lines = 0): Map<string, Field> {
    const map = new Map<string, Field>();
    for (let found = this.first; found !== null; found = found.next)
      map.set(found.meaning.key, fieldAt(found, text, shift, lines));
    return map;
  }
}

/** Shared by all that have none. */
export const NO_FIELDS = new FoundFields();

/** The fields of a block, and what its first line carries after the title: where the block has none of that name. */
export class TaggedFields implements BlockFields {
  readonly settles: boolean;
  readonly #fields: BlockFields;
  readonly #tags: readonly Tag[];
  readonly #line: number;

  /** `line` is 1-based. */
  constructor(fields: BlockFields, tags: readonly Tag[], line: number) {
    this.settles = fields.settles || tags.some(({ label }) => isSettling(label));
    this.#fields = fields;
    this.#tags = tags;
    this.#line = line;
  }

  read(text: string, shift = 0, lines = 0): Map<string, Field> {
    const map = this.#fields.read(text, shift, lines);
    for (const { label, start, end } of this.#tags) {
      if (map.has(label)) continue;
      const span = { start: start + shift, end: end + shift };
      map.set(label, {
        label,
        value: text.slice(span.start, span.end),
        line: this.#line + lines,
        span,
      });
    }
    return map;
  }
}

/** Collects the labelled values of one block, line by line. */
export class FieldCollector {
  /** The first label of the line taken last, normalised. */
  last: string | null = null;
  readonly #lines: Lines;
  readonly #fields = new FoundFields();
  #latest: Found | null = null;
  #byKey: Map<string, Found> | null = null;
  /** A label without a value on its line: nested items below are its value. */
  #open: { key: string; indent: number; item: boolean } | null = null;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** What was collected. The collector and the lines are not kept by it. */
  done(): FoundFields {
    for (let found = this.#fields.first; found !== null; found = found.next) found.field = null;
    return this.#fields;
  }

  /** Takes one line of the block; returns the status field where this line holds the first one. */
  take(line: number): Field | null {
    const { text, kind, indent, body, end, box } = this.#lines;
    const lineKind = kind[line];
    if (lineKind === LINE.table) return this.#takeRow(line);
    if (lineKind !== LINE.text && lineKind !== LINE.item && lineKind !== LINE.quote) return null;
    const column = indent[line] ?? 0;
    if (this.#open !== null && this.#continues(line, column)) return null;
    this.#open = null;
    if (box[line] !== -1) return null;
    this.last = null;
    const labels = readLabels(text, body[line] ?? 0, end[line] ?? 0);
    let status: Field | null = null;
    for (const { label, valueStart, valueEnd } of labels) {
      const meaning = meaningOf(label);
      const { key } = meaning;
      this.last ??= key;
      this.#open =
        valueStart >= valueEnd ? { key, indent: column, item: lineKind === LINE.item } : null;
      if (this.#find(key) !== undefined) {
        if (this.#open !== null) this.#open.key = '';
        continue;
      }
      const found = this.#add(meaning, line + 1, valueStart, valueEnd);
      if (meaning.status) status ??= this.#fieldOf(found);
    }
    return status;
  }

  /** True below a label that has its value in nested items. */
  isOpen(): boolean {
    return this.#open !== null;
  }

  #continues(line: number, column: number): boolean {
    const open = this.#open;
    if (open === null) return false;
    const { text, kind, body, end } = this.#lines;
    const deeper = column > open.indent;
    const listBelow = !open.item && kind[line] === LINE.item && column === open.indent;
    if (!deeper && !listBelow) return false;
    const found = this.#find(open.key);
    if (found === undefined) return true;
    const field = this.#fieldOf(found);
    if (field.value.length > LONGEST_VALUE) return true;
    const piece = text.slice(body[line], end[line]).trim();
    field.value = field.value === '' ? piece : `${field.value}\n${piece}`;
    found.value = field.value;
    return true;
  }

  /** `| Status | DONE |` of a table with two columns. */
  #takeRow(line: number): Field | null {
    const { text, body, end } = this.#lines;
    const cells = splitRow(text, body[line] ?? 0, end[line] ?? 0);
    const [label, value] = cells;
    if (cells.length !== 2 || label === undefined || value === undefined || this.#isHeader(line))
      return null;
    const name = text
      .slice(label.start, label.end)
      .replace(/[*_`:]/g, '')
      .trim();
    const meaning = meaningOf(name);
    const { key } = meaning;
    if (key === '' || key.length > 40 || /^[\s:-]*$/.test(name) || this.#find(key) !== undefined)
      return null;
    const found = this.#add(meaning, line + 1, value.start, value.end);
    return meaning.status ? this.#fieldOf(found) : null;
  }

  #add(meaning: Meaning, line: number, start: number, end: number): Found {
    const fields = this.#fields;
    const found: Found = { meaning, line, start, end, value: null, field: null, next: null };
    if (this.#latest === null) fields.first = found;
    else this.#latest.next = found;
    this.#latest = found;
    fields.size++;
    if (meaning.settles) fields.settles = true;
    if (fields.size > FEW) {
      this.#byKey ??= this.#indexed();
      this.#byKey.set(meaning.key, found);
    }
    return found;
  }

  #indexed(): Map<string, Found> {
    const byKey = new Map<string, Found>();
    for (let found = this.#fields.first; found !== null; found = found.next)
      byKey.set(found.meaning.key, found);
    return byKey;
  }

  #find(key: string): Found | undefined {
    if (this.#byKey !== null) return this.#byKey.get(key);
    for (let found = this.#fields.first; found !== null; found = found.next)
      if (found.meaning.key === key) return found;
    return undefined;
  }

  #fieldOf(found: Found): Field {
    found.field ??= fieldAt(found, this.#lines.text, 0, 0);
    return found.field;
  }

  #isHeader(line: number): boolean {
    const { text, body, end, count } = this.#lines;
    return line + 1 < count && isDelimiterRow(text, body[line + 1] ?? 0, end[line + 1] ?? 0);
  }
}

function fieldAt(found: Found, text: string, shift: number, lines: number): Field {
  const span = { start: found.start + shift, end: found.end + shift };
  return {
    label: found.meaning.label,
    value: found.value ?? text.slice(span.start, span.end),
    line: found.line + lines,
    span,
  };
}

const MEANINGS = new Map<string, Meaning>();
const MEANINGS_SIZE = 2000;

/** The same few labels stand below every task. */
function meaningOf(found: string): Meaning {
  const known = MEANINGS.get(found);
  if (known !== undefined) return known;
  const label = ownCopy(found);
  const key = normaliseLabel(label);
  const meaning = { label, key, status: isStatusLabel(key), settles: isSettling(key) };
  if (MEANINGS.size < MEANINGS_SIZE) MEANINGS.set(label, meaning);
  return meaning;
}

/** True for a label that may say an entry's id or priority. */
function isSettling(key: string): boolean {
  return ID_LABELS.has(key) || PRIORITY_LABELS.has(key);
}
