import { expect, test } from 'vitest';
import { listVersions } from '../../lib/operations/past-versions.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const DAY = 86_400_000;

/** A house with some versions of its queue, that was looked after today. */
async function lived() {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  house.advance(DAY);
  house.edit('echo 1', 'echo 2');
  await house.monitor();
  const kept = () => listVersions(house.context).length;
  const seen = kept();
  expect(seen).toBeGreaterThan(2);
  return { house, kept, seen };
}

test('past versions go once they are older than they are kept, day by day', async () => {
  const { house, kept } = await lived();
  for (let days = 0; days <= 32; days++) {
    house.advance(DAY);
    await house.monitor();
  }
  expect(kept()).toBe(1);
});

test('a clock that jumps ahead and is put right costs no past version', async () => {
  const { house, kept, seen } = await lived();
  for (const jump of [40, 400]) {
    house.advance(jump * DAY);
    await house.monitor();
    await house.monitor();
    house.advance(-jump * DAY);
    await house.monitor();
    expect(kept()).toBe(seen);
  }
});

test('a house that nobody looked after for long is pruned a day later', async () => {
  const { house, kept, seen } = await lived();
  house.advance(40 * DAY);
  await house.monitor();
  expect(kept()).toBe(seen);
  house.advance(DAY);
  await house.monitor();
  expect(kept()).toBe(1);
});

test('one that is looked after once a week is pruned all the same', async () => {
  const { house, kept } = await lived();
  for (let weeks = 0; weeks < 8; weeks++) {
    house.advance(7 * DAY);
    await house.monitor();
  }
  expect(kept()).toBe(1);
});
