import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { describeError } from '../../lib/cli/error-text.ts';
import { EXIT, UserError } from '../../lib/core/errors.ts';

test('an error that a person can mend says what, where and what to do, without a stack', () => {
  const error = new UserError('expected a\u001b[2J queue', {
    file: 'q.md',
    line: 3,
    hint: 'look at it',
    exitCode: EXIT.config,
  });
  expect(describeError(error)).toEqual({
    text: 'robed: expected a\\u{1b}[2J queue\n  q.md:3\n  look at it\n',
    exitCode: 78,
  });
});

test('an error of the system says what it was, without a stack', () => {
  try {
    readFileSync('/nowhere/at/all');
    expect.fail('it must throw');
  } catch (error) {
    expect(describeError(error)).toEqual({
      text: "robed: ENOENT: no such file or directory, open '/nowhere/at/all'\n",
      exitCode: 1,
    });
  }
});

test('a disk that takes nothing more is no surprise, and shows no stack', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('PRAGMA max_page_count = 1; PRAGMA page_size = 512');
  try {
    db.exec('CREATE TABLE t (x); CREATE TABLE u (x)');
    expect.fail('it must throw');
  } catch (error) {
    const { text, exitCode } = describeError(error);
    expect(text).toMatch(/^robed: database or disk is full: nothing was recorded\n {2}see .*df -h/);
    expect([exitCode, text.includes(' at ')]).toEqual([1, false]);
  } finally {
    db.close();
  }
});

test('whatever nobody foresaw shows its stack', () => {
  const { text, exitCode } = describeError(new TypeError('x is not a function'));
  expect(exitCode).toBe(1);
  expect(text).toMatch(/^robed: unexpected error.*\nTypeError: x is not a function\n +at /);
});
