import { boxColumn } from './box-column.ts';
import type { Draft } from './draft.ts';
import { readId } from './ids.ts';
import { LINE, type Lines } from './lines.ts';
import { pipeDraft } from './pipe-line.ts';
import { rowDraft, tableHoldsTasks } from './rows.ts';
import type { Section } from './section.ts';
import { type Columns, isDelimiterRow, readColumns, splitRow } from './table.ts';

/** Reads the tables of a document in order: rows without a header belong to the table above. */
export class TableWalk {
  readonly #lines: Lines;
  readonly #path: string;
  #columns: Columns | null = null;
  #section: Section | null = null;
  #pipe = -2;

  constructor(lines: Lines, path: string) {
    this.#lines = lines;
    this.#path = path;
  }

  /** True where the line holds a `|`; each one of the text is looked for once, so ask in order. */
  hasPipe(line: number): boolean {
    const { text, start, end } = this.#lines;
    const from = start[line] ?? 0;
    if (this.#pipe !== -1 && this.#pipe < from) this.#pipe = text.indexOf('|', from);
    return this.#pipe !== -1 && this.#pipe < (end[line] ?? 0);
  }

  /** True where the line is a header: a delimiter row stands below it. */
  isHeader(section: Section, line: number): boolean {
    const { text, start, end } = this.#lines;
    if (line + 1 >= section.next) return false;
    return isDelimiterRow(text, start[line + 1] ?? 0, end[line + 1] ?? 0);
  }

  /** Reads the table that starts at `line`; hands each entry to `push`, returns its last line. */
  read(section: Section, line: number, push: (draft: Draft) => void): number {
    const header = this.isHeader(section, line);
    const columns = header ? this.#readHeader(section, line) : this.#columnsAbove(section, line);
    let row = header ? line + 2 : line;
    for (; row < section.next && this.#isRow(row); row++) {
      if (row > line && this.isHeader(section, row)) break;
      // Rows below no header at all are read as pipe lines.
      const draft =
        columns !== null
          ? rowDraft(this.#lines, columns, section, row)
          : header || this.#columns !== null
            ? null
            : pipeDraft(this.#lines, section, row);
      if (draft !== null) push(draft);
    }
    return row - 1;
  }

  #readHeader(section: Section, line: number): Columns | null {
    const columns = readColumns(this.#lines.text, this.#cells(line), () =>
      boxColumn(this.#lines, line + 2),
    );
    const tasks =
      columns !== null && tableHoldsTasks(this.#lines, columns, section, line + 2, this.#path);
    this.#columns = tasks ? columns : null;
    this.#section = section;
    return this.#columns;
  }

  /** The columns of the table above; in another section only rows with an id belong to it. */
  #columnsAbove(section: Section, line: number): Columns | null {
    const columns = this.#columns;
    if (columns === null) return null;
    const cells = this.#cells(line);
    if (cells.length !== columns.headers.length) return null;
    if (this.#section === section) return columns;
    const cell = cells[columns.id];
    if (cell === undefined) return null;
    const id = readId(this.#lines.text, cell.start, cell.end, { closer: '' });
    return id?.end === cell.end ? columns : null;
  }

  #cells(line: number) {
    const { text, start, end } = this.#lines;
    return splitRow(text, start[line] ?? 0, end[line] ?? 0);
  }

  #isRow(line: number): boolean {
    const kind = this.#lines.kind[line];
    return kind === LINE.table || (kind === LINE.text && this.hasPipe(line));
  }
}
