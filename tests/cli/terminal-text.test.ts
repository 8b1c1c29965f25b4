import { expect, test } from 'vitest';
import { terminalBlock, terminalJson, terminalLine } from '../../lib/cli/terminal-text.ts';

test('an escape sequence in a title is shown, not obeyed', () => {
  expect(terminalLine('a\u001b[2Jb\u009b1mc\u202ed\u007f')).toBe(
    'a\\u{1b}[2Jb\\u{9b}1mc\\u{202e}d\\u{7f}',
  );
});

test('a line stays one line', () => {
  expect(terminalLine('a\nb\tc\r')).toBe('a\\nb\\tc\\r');
});

test('a block keeps its lines and tabs, and shows a lone carriage return', () => {
  expect(terminalBlock('a\r\n\tb\rc\n')).toBe('a\n\tb\\rc\n');
});

test('text of any script and emoji stays as it is', () => {
  expect(terminalLine('完了 tamamlandı ✅ é')).toBe('完了 tamamlandı ✅ é');
});

test('JSON is the same document, with nothing in it that a terminal obeys', () => {
  const value = { title: 'a\u001b[2J\u009b\u202e\u2028' };
  const json = terminalJson(value);
  expect(json).toBe('{"title":"a\\u001b[2J\\u009b\\u202e\\u2028"}');
  expect(JSON.parse(json)).toEqual(value);
});
