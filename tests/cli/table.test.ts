import { expect, test } from 'vitest';
import { cellWidth } from '../../lib/cli/live/cell-width.ts';
import type { Output } from '../../lib/cli/output.ts';
import { printTable } from '../../lib/cli/table.ts';

function print(columns: number, colors = false) {
  const lines: string[] = [];
  const output = { columns, colors, line: (text: string) => lines.push(text) } as unknown as Output;
  printTable(output, [
    { heading: 'ID', cells: ['T-1', '任務'], style: (text) => `<${text}>` },
    {
      heading: 'TITLE',
      cells: ['Rotate the gateway token of\nhouse', '完了したら教えてください、すぐに'],
    },
  ]);
  return lines;
}

test('columns line up by what a terminal shows, not by what a string counts', () => {
  expect(print(Number.POSITIVE_INFINITY)).toEqual([
    'ID    TITLE',
    'T-1   Rotate the gateway token of\\nhouse',
    '任務  完了したら教えてください、すぐに',
  ]);
});

test('on a terminal the last column is cut at its end', () => {
  const lines = print(30);
  expect(lines[1]).toBe('T-1   Rotate the gateway toke…');
  for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(30);
});

test('a style is added after measuring, and only where colours are wanted', () => {
  expect(print(40, true)[1]).toBe('<T-1>   Rotate the gateway token of\\nhouse');
});
