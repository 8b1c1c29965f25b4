import picocolors from 'picocolors';
import { cellWidth, cutToWidth } from './live/cell-width.ts';
import type { Output } from './output.ts';
import { terminalLine } from './terminal-text.ts';

/** A column's cells are data: control characters are escaped, styles are added afterwards. */
export interface Column {
  heading: string;
  cells: readonly string[];
  style?: (text: string) => string;
}

const GAP = '  ';

/** However narrow the terminal, so much of the last column is shown. */
const LEAST = 20;

/** A table without lines, one row a line; the last column is cut where a terminal ends. */
export function printTable(output: Output, columns: readonly Column[]): void {
  const { bold } = picocolors.createColors(output.colors);
  const safe = columns.map(({ cells }) => cells.map(terminalLine));
  const widths = columns.map(({ heading }, at) =>
    (safe[at] ?? []).reduce((most, cell) => Math.max(most, cellWidth(cell)), heading.length),
  );
  const last = columns.length - 1;
  const taken = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  widths[last] = Math.max(LEAST, output.columns - taken);

  const line = (cells: string[], styleOf: (at: number) => (text: string) => string) =>
    cells
      .map((cell, at) => {
        const text = cutToWidth(cell, widths[at] as number);
        const padding = at === last ? '' : ' '.repeat((widths[at] as number) - cellWidth(text));
        return styleOf(at)(text) + padding;
      })
      .join(GAP)
      .trimEnd();

  output.line(
    line(
      columns.map(({ heading }) => heading),
      () => bold,
    ),
  );
  const plain = (text: string) => text;
  const styles = columns.map(({ style }) => (output.colors && style) || plain);
  const rows = columns[0]?.cells.length ?? 0;
  for (let row = 0; row < rows; row++) {
    output.line(
      line(
        safe.map((cells) => cells[row] ?? ''),
        (at) => styles[at] ?? plain,
      ),
    );
  }
}
