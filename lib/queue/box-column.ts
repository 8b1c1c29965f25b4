import { LINE, type Lines } from './lines.ts';
import { splitRow } from './table.ts';
import { BOX_MARKS } from './vocabulary.ts';

/** Rows looked at. */
const SAMPLE = 50;

/** The one column of a table whose cells are all checkboxes; -1 where there is none, or several. */
export function boxColumn(lines: Lines, from: number): number {
  let found: number[] | null = null;
  for (let row = from; row < from + SAMPLE && lines.kind[row] === LINE.table; row++) {
    const boxes = boxesOf(lines, row);
    found = found === null ? boxes : found.filter((column) => boxes.includes(column));
    if (found.length === 0) return -1;
  }
  return found?.length === 1 ? (found[0] ?? -1) : -1;
}

function isBox(cell: string): boolean {
  const mark = /^\[(.)\]$/u.exec(cell)?.[1];
  return mark !== undefined && BOX_MARKS[mark.trim()] !== undefined;
}

function boxesOf({ text, start, end }: Lines, row: number): number[] {
  const cells = splitRow(text, start[row] ?? 0, end[row] ?? 0);
  return cells.flatMap((cell, column) => (isBox(text.slice(cell.start, cell.end)) ? [column] : []));
}
