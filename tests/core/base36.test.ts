import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inBase36 } from '../../lib/core/base36.ts';

test('a number is written as JavaScript writes it', () => {
  for (const value of [0, 35, 36, 36 ** 5 - 1, 36 ** 5, 36 ** 5 + 1, Number.MAX_SAFE_INTEGER]) {
    expect(inBase36(value)).toBe(value.toString(36));
  }
  const isSame = (value: number) => inBase36(value) === value.toString(36);
  fc.assert(fc.property(fc.maxSafeNat(), isSame));
});
