import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastLine } from '../../lib/platform/last-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'robed-log-'));

function log(text: string): string {
  const path = join(folder, 'some.log');
  writeFileSync(path, text);
  return path;
}

it.each([
  ['the last that says something', 'one\ntwo\n\n  \n', 0, 'two'],
  ['one that is not ended yet', 'one\ntwo', 0, 'two'],
  ['none where nothing came since', 'one\ntwo\n', 8, null],
  ['only what came since', 'one\ntwo\nthree\n', 8, 'three'],
  ['none where the log was made anew, and is shorter', 'one\n', 800, null],
  ['none of an empty log', '', 0, null],
])('gives %s', (_what, text, from, line) => {
  expect(lastLine(log(text), from)).toBe(line);
});

it('cuts a long one short, and reads no more than the end', () => {
  expect(lastLine(log(`${'x'.repeat(100_000)}\n${'y'.repeat(5000)}\n`), 0)).toBe('y'.repeat(300));
});

it('follows no link, and takes no missing file for trouble', () => {
  const link = join(folder, 'link.log');
  symlinkSync(log('secret\n'), link);
  expect(lastLine(link, 0)).toBeNull();
  expect(lastLine(join(folder, 'none.log'), 0)).toBeNull();
});
