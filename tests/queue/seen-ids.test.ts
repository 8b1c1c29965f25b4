import { expect, test } from 'vitest';
import { SeenIds } from '../../lib/queue/seen-ids.ts';

test('an id is known again in any case, by the number it came with first', () => {
  const seen = new SeenIds(4);
  expect(seen.first('TASK-1', 7)).toBeUndefined();
  expect(seen.first('task-1', 9)).toBe(7);
  expect(seen.first('Görev-É', 11)).toBeUndefined();
  expect(seen.first('GÖREV-é', 12)).toBe(11);
  // The Kelvin sign, whose small letter is a plain k.
  expect(seen.first('\u212a-1', 13)).toBeUndefined();
  expect(seen.first('k-1', 14)).toBe(13);
});

test('as many ids as were foretold have room, however alike', () => {
  const seen = new SeenIds(5000);
  for (let i = 0; i < 5000; i++) expect(seen.first(`A-${i}`, i)).toBeUndefined();
  for (let i = 0; i < 5000; i++) expect(seen.first(`a-${i}`, -1)).toBe(i);
});
