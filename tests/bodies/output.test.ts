import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastLine, plainText, readOutput, readTail } from '../../lib/bodies/output.ts';

const file = join(mkdtempSync(join(tmpdir(), 'robed-output-')), 'stdout');

it('says how much of the beginning is left out', () => {
  writeFileSync(file, `${'x'.repeat(50)}the end`);
  expect(readOutput(file, 7)).toBe('[the first 50 bytes of the output are left out]\nthe end');
});

it('cuts between characters', () => {
  writeFileSync(file, '€€€');
  expect(readTail(file, 4)).toEqual({ bytes: Buffer.from('€'), skipped: 6 });
});

it('reads a file that is not there as nothing', () => {
  expect(readOutput(`${file}-missing`)).toBe('');
});

it('takes out what could act on a terminal, and keeps text, tabs and line ends', () => {
  const hostile = '\u001b]0;title\u0007\u001b[31mred\u001b[0m\u0008\u0000\u009b1m\r\n\tünï 🎩\r50%';
  expect(plainText(hostile)).toBe('red\n\tünï 🎩\n50%');
});

it('shortens the last line for a reason', () => {
  expect(lastLine('first\n  the last line  \n\n')).toBe('the last line');
  expect(lastLine('abcdef', 3)).toBe('abc…');
});
