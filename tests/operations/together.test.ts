import { expect, test } from 'vitest';
import { together } from '../../lib/operations/together.ts';

test('what is asked in one turn is answered together, in order; what comes later is not', async () => {
  const asked: number[][] = [];
  const double = together((all: readonly number[]) => {
    asked.push([...all]);
    return all.map((one) => one * 2);
  });
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(await double(4)).toBe(8);
  expect(asked).toEqual([[1, 2, 3], [4]]);
});

test('where it fails for several each is tried by itself, and none fails for another', async () => {
  const commit = together((all: readonly string[]) => {
    if (all.includes('bad')) throw new Error('bad');
    return all.map((one) => one.toUpperCase());
  });
  const told = await Promise.allSettled(['a', 'bad', 'b'].map(commit));
  expect(told.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
    'A',
    'failed',
    'B',
  ]);
});
