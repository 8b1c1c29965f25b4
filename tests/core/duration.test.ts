import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../lib/core/duration.ts';

test.each([
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['2 days', 172_800_000],
  ['90s', 90_000],
  ['PT15M', 900_000],
  ['P1DT2H', 93_600_000],
  ['1 hour and 30 minutes', 5_400_000],
  ['1.5 h', 5_400_000],
  ['45', 45_000],
  ['250ms', 250],
  ['2 weeks', 1_209_600_000],
  ['0s', 0],
])('%j is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  'soon',
  '1 month',
  'P1M2',
  'PT',
  'P',
  '-5m',
  '5m!',
  '1h 30',
  '9'.repeat(70),
  '__proto__',
  '1 constructor',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test('what was written is read back', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 ** 12 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
