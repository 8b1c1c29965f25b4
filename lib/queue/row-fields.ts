import type { Field } from './document.ts';
import type { BlockFields } from './fields-scan.ts';
import { normaliseLabel } from './labels.ts';
import type { Cell, Columns } from './table.ts';

/** A row's cells by their headers, but for the title. */
export class RowFields implements BlockFields {
  readonly settles = true;
  readonly #columns: Columns;
  readonly #cells: Cell[];
  readonly #line: number;

  /** `line` is 1-based. */
  constructor(columns: Columns, cells: Cell[], line: number) {
    this.#columns = columns;
    this.#cells = cells;
    this.#line = line;
  }

  read(text: string, shift = 0, lines = 0): Map<string, Field> {
    const { headers, title } = this.#columns;
    const fields = new Map<string, Field>();
    for (let i = 0; i < this.#cells.length; i++) {
      const label = headers[i];
      const cell = this.#cells[i];
      if (label === undefined || label === '' || cell === undefined || i === title) continue;
      const key = normaliseLabel(label);
      if (fields.has(key)) continue;
      const span = { start: cell.start + shift, end: cell.end + shift };
      const value = text.slice(span.start, span.end).replaceAll('\\|', '|');
      fields.set(key, { label, value, line: this.#line + lines, span });
    }
    return fields;
  }
}
