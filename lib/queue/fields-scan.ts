import type { Field } from './document.ts';
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
]);

/** `Status`, also as `Status (in this file)`. */
export function isStatusLabel(key: string): boolean {
  return STATUS_LABELS.has(key) || (key.startsWith('status (') && key.endsWith(')'));
}

/** Shared by all that have none. */
export const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

/** Values longer than this (nested lines together) are text, not a field. */
const LONGEST_VALUE = 20_000;

/** Collects the labelled values of one block, line by line. */
export class FieldCollector {
  readonly fields = new Map<string, Field>();
  /** The first label of the line taken last, normalised. */
  last: string | null = null;
  readonly #lines: Lines;
  /** A label without a value on its line: nested items below are its value. */
  #open: { key: string; indent: number; item: boolean } | null = null;

  constructor(lines: Lines) {
    this.#lines = lines;
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
    for (const label of labels) {
      const key = normaliseLabel(label.label);
      this.last ??= key;
      this.#open =
        label.valueStart >= label.valueEnd
          ? { key, indent: column, item: lineKind === LINE.item }
          : null;
      if (this.fields.has(key)) {
        if (this.#open !== null) this.#open.key = '';
        continue;
      }
      const field: Field = {
        label: label.label,
        value: text.slice(label.valueStart, label.valueEnd),
        line: line + 1,
        span: { start: label.valueStart, end: label.valueEnd },
      };
      this.fields.set(key, field);
      if (isStatusLabel(key)) status ??= field;
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
    const field = this.fields.get(open.key);
    if (field === undefined || field.value.length > LONGEST_VALUE) return true;
    const piece = text.slice(body[line], end[line]).trim();
    field.value = field.value === '' ? piece : `${field.value}\n${piece}`;
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
    const key = normaliseLabel(name);
    if (key === '' || key.length > 40 || /^[\s:-]*$/.test(name) || this.fields.has(key))
      return null;
    const field: Field = {
      label: name,
      value: text.slice(value.start, value.end),
      line: line + 1,
      span: { ...value },
    };
    this.fields.set(key, field);
    return isStatusLabel(key) ? field : null;
  }

  #isHeader(line: number): boolean {
    const { text, body, end, count } = this.#lines;
    return line + 1 < count && isDelimiterRow(text, body[line + 1] ?? 0, end[line + 1] ?? 0);
  }
}
