import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginsWithMark, dotenvLine, parseDotenv, readDotenv } from '../../lib/houses/dotenv.ts';

test('a .env is read as python-dotenv reads it', () => {
  const text = `
# a comment
PLAIN=a b  # said
export EXPORTED=x
 SPACED = y\t
SINGLE='it\\'s # all'
DOUBLE="line\\none"  # c
HASH=a#b
EMPTY=
TWICE=1
TWICE=2
no binding
`;
  expect(parseDotenv(text)).toEqual({
    PLAIN: 'a b',
    EXPORTED: 'x',
    SPACED: 'y',
    SINGLE: "it's # all",
    DOUBLE: 'line\none',
    HASH: 'a#b',
    EMPTY: '',
    TWICE: '2',
  });
});

test('what is written is read again, whatever the secret', () => {
  const secret = fc.string({ minLength: 1 }).filter((text) => !/\p{Cc}|^\s|\s$/u.test(text));
  fc.assert(
    fc.property(secret, (value) => {
      expect(parseDotenv(dotenvLine('KEY', value))).toEqual({ KEY: value });
    }),
  );
});

test.each([
  ['UTF-8', Buffer.from('\ufeffA=ä1\r\nB=2\r\n'), true],
  ['UTF-16', Buffer.from('\ufeffA=ä1\r\nB=2\r\n', 'utf16le'), false],
  ['UTF-16, big-endian', Buffer.from('\ufeffA=ä1\r\nB=2\r\n', 'utf16le').swap16(), false],
])('a byte order mark belongs to no name: %s', (_, bytes, told) => {
  const path = join(mkdtempSync(join(tmpdir(), 'robed-env-')), '.env');
  writeFileSync(path, bytes);
  expect(readDotenv(path)).toEqual({ A: 'ä1', B: '2' });
  expect(beginsWithMark(path)).toBe(told);
});

test('where there is no file there are no variables', () => {
  const folder = mkdtempSync(join(tmpdir(), 'robed-env-'));
  expect(readDotenv(join(folder, '.env'))).toEqual({});
  expect(readDotenv(folder)).toEqual({});
  expect(beginsWithMark(folder)).toBe(false);
  writeFileSync(join(folder, '.env'), 'A=1\r\nB=2\r\n');
  expect(readDotenv(join(folder, '.env'))).toEqual({ A: '1', B: '2' });
});
