import { expect, test } from 'vitest';
import { memoryAtRest } from '../../lib/operations/memory-at-rest.ts';
import { manualTime } from '../support/manual-timer.ts';

const REST = 3000;

/** `given` is told how often memory was given back; each time all of it. */
function process(heap: { bytes: number }, giveBack = async () => {}) {
  const time = manualTime();
  let given = 0;
  const memory = memoryAtRest(time.timer, {
    heap: () => heap.bytes,
    async giveBack() {
      given++;
      heap.bytes = 20_000_000;
      await giveBack();
    },
  });
  const rest = async () => {
    time.pass(REST);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { memory, time, rest, given: () => given };
}

test('memory is given back once things have come to rest, and not before', async () => {
  const { memory, time, rest, given } = process({ bytes: 60_000_000 });
  for (let stir = 0; stir < 100; stir++) {
    memory.stir();
    time.pass(REST - 1);
  }
  expect(given()).toBe(0);
  await rest();
  expect(given()).toBe(1);
  expect(time.waits()).toEqual([]);
});

test('it is given back again where the heap has grown, and not for a little', async () => {
  const heap = { bytes: 60_000_000 };
  const { memory, rest, given } = process(heap);
  memory.stir();
  await rest();
  heap.bytes += 7_000_000;
  memory.stir();
  await rest();
  expect(given()).toBe(1);
  heap.bytes += 7_000_000;
  memory.stir();
  await rest();
  expect(given()).toBe(2);
});

test('where there is no rest it is given back once much has come together', async () => {
  const heap = { bytes: 60_000_000 };
  const { memory, time, given } = process(heap);
  for (let stir = 1; stir <= 100; stir++) {
    heap.bytes += 7_000_000;
    memory.stir();
    time.pass(REST - 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(given()).toBe(5);
  expect(heap.bytes).toBeLessThan(200_000_000);
});

test('where it can’t be given back nothing breaks, and it is tried again once there is more', async () => {
  const heap = { bytes: 60_000_000 };
  const { memory, rest, given } = process(heap, async () => {
    throw new Error('no /proc');
  });
  for (let time = 1; time <= 3; time++) {
    memory.stir();
    await rest();
    expect(given()).toBe(time);
    memory.stir();
    await rest();
    expect(given()).toBe(time);
    heap.bytes *= 2;
  }
});

test('closed, it waits for nothing', () => {
  const { memory, time } = process({ bytes: 60_000_000 });
  memory.stir();
  memory.close();
  memory.stir();
  expect(time.waits()).toEqual([]);
});
