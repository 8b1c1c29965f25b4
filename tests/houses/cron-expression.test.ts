import { expect, test } from 'vitest';
import { parseCron } from '../../lib/houses/cron-expression.ts';

function fields(expression: string) {
  const parsed = parseCron(expression);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

test('stars, numbers, lists, ranges, steps and names are read', () => {
  const read = fields('*/15 1-5/2,23 1,15 jan,JUL mon-fri');
  expect(read.minute.values).toEqual([0, 15, 30, 45]);
  expect(read.hour.values).toEqual([1, 3, 5, 23]);
  expect(read.dayOfMonth.values).toEqual([1, 15]);
  expect(read.month.values).toEqual([1, 7]);
  expect(read.dayOfWeek.values).toEqual([1, 2, 3, 4, 5]);
});

test('Sunday is 0 and 7', () => {
  expect(fields('0 0 * * 7').dayOfWeek.values).toEqual([0]);
  expect(fields('0 0 * * 5-7').dayOfWeek.values).toEqual([0, 5, 6]);
  expect(fields('0 0 * * *').dayOfWeek.values).toHaveLength(7);
});

test('a field that begins with a star restricts no day', () => {
  expect(fields('0 0 */2 * 1').dayOfMonth.star).toBe(true);
  expect(fields('0 0 1-31 * 1').dayOfMonth.star).toBe(false);
});

test.each([
  ['* * * *', 'found 4'],
  ['* * * * * rm -rf /', 'found 8'],
  ['60 * * * *', 'minute of 0 to 59'],
  ['* 24 * * *', 'hour'],
  ['* * 0 * *', 'day of the month'],
  ['* * * 13 *', 'month'],
  ['* * * * 8', 'day of the week'],
  ['5-1 * * * *', 'minute'],
  ['*/0 * * * *', 'minute'],
  ['5/10 * * * *', 'minute'],
  ['1,,2 * * * *', 'minute'],
  ['* * * *\n* *', 'found "*\\n*"'],
  ['@daily', 'found 1'],
  ['* * * jan,foo *', 'month'],
  ['mon * * * *', 'minute'],
])('%j is refused, and what is wrong is said', (expression, words) => {
  expect(parseCron(expression)).toContain(words);
});
