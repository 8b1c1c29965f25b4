import { describe, expect, test } from 'vitest';
import { renderJson, renderTable } from './render.ts';
import { makeRow, type Reach, type RowGiven } from './row.ts';
import { interleave } from './session.ts';
import { percentile, spread } from './statistics.ts';

const row = (given: Partial<RowGiven> = {}) =>
  makeRow({
    name: 'a-row',
    unit: 'ms',
    ours: { samples: [3, 1, 2] },
    guarantee: 'everything',
    peer: { name: 'peer', measured: { samples: [4, 8] }, guarantee: 'nothing' },
    reach: { of: 'ratio', bound: 'at most', value: 0.5 },
    ...given,
  });

const theirs = (measured: RowGiven['ours']) => ({ name: 'peer', measured, guarantee: 'nothing' });

test('a spread has the median of odd and even counts, and no sample is an error', () => {
  expect(spread([9, 1, 5])).toEqual({ min: 1, median: 5, max: 9 });
  expect(spread([4, 8])).toEqual({ min: 4, median: 6, max: 8 });
  expect(percentile([1, 2, 3, 4, 5], 75)).toBe(4);
  expect(() => spread([])).toThrow(RangeError);
});

describe('a reach', () => {
  const met = (reach: Reach) => row({ reach }).met;

  test('is of the ratio of the medians', () => {
    expect(row().ratio).toBeCloseTo(1 / 3);
    expect(row().met).toBe(true);
    expect(met({ of: 'ratio', bound: 'at most', value: 0.3 })).toBe(false);
    expect(met({ of: 'ratio', bound: 'at least', value: 1 })).toBe(false);
  });

  test('or of the figure itself', () => {
    expect(met({ of: 'figure', bound: 'at most', value: 2 })).toBe(true);
    expect(met({ of: 'figure', bound: 'at least', value: 2.5 })).toBe(false);
  });

  test('that is missed is said in the table', () => {
    const missed = row({ reach: { of: 'ratio', bound: 'at most', value: 0.3 } });
    expect(renderTable([missed])).toMatch(/0\.33× +≤0\.3× +MISSED$/m);
    expect(renderTable([row()])).toMatch(/ met$/m);
  });
});

test('a peer that can not be had leaves ratio and met open, and is no failure', () => {
  const made = row({ peer: theirs({ problem: 'not installed' }) });
  expect(made).toMatchObject({ ratio: null, met: null, problem: null });
  expect(renderTable([made])).toContain('peer: not installed');
});

test('work of ours that was not done right is a missed reach, and no figure', () => {
  const made = row({ ours: { problem: '499 of 500' } });
  expect(made).toMatchObject({ ours: null, ratio: null, met: false, problem: '499 of 500' });
  expect(renderTable([made])).toMatch(/ FAILED$/m);
  expect(renderTable([made])).toContain('failed: 499 of 500');
});

test('--json has the documented shape', () => {
  const rows = [
    row(),
    row({ peer: null, reach: { of: 'figure', bound: 'at most', value: 2.5 } }),
    row({ ours: { problem: 'lost' }, peer: theirs({ problem: 'not installed' }), reach: null }),
  ];
  const ours = { min: 1, median: 2, max: 3 };
  expect(JSON.parse(renderJson(rows))).toEqual({
    version: 1,
    rows: [
      {
        ...{ name: 'a-row', unit: 'ms', ours },
        peer: { name: 'peer', min: 4, median: 6, max: 8 },
        ...{ ratio: 0.3333, reach: '≤0.5×', met: true },
      },
      {
        ...{ name: 'a-row', unit: 'ms', ours, peer: null },
        ...{ ratio: null, reach: '≤2.5 ms', met: true },
      },
      {
        ...{ name: 'a-row', unit: 'ms', ours: null },
        peer: { name: 'peer', problem: 'not installed' },
        ...{ ratio: null, reach: null, met: null, problem: 'lost' },
      },
    ],
  });
});

test('sides are measured in turn, the first time not counting; one that fails is left out', async () => {
  const order: string[] = [];
  const sample = (name: string) => () => {
    order.push(name);
    if (name === 'c') throw new Error('99 of 100');
    return order.length;
  };
  const found = await interleave({ a: sample('a'), b: sample('b'), c: sample('c') }, 2);
  expect(order.filter((name) => name === 'c')).toHaveLength(1);
  expect(order.filter((name) => name !== 'c').join('')).toMatch(/^(ab|ba)(ab|ba)(ab|ba)$/);
  expect(found.a).toEqual({ samples: [expect.any(Number), expect.any(Number)] });
  expect(found.c).toEqual({ problem: '99 of 100' });
});
