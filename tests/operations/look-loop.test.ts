import { expect, test } from 'vitest';
import { startLooking } from '../../lib/operations/look-loop.ts';
import { manualTime } from '../support/manual-timer.ts';

/** Everything that is ready to go on does. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function watched(waits: number[] = []) {
  const time = manualTime();
  let looks = 0;
  let atOnce = 0;
  let most = 0;
  const pending: (() => void)[] = [];
  const loop = startLooking(async () => {
    looks++;
    most = Math.max(most, ++atOnce);
    await new Promise<void>((resolve) => pending.push(resolve));
    atOnce--;
    return waits.shift() ?? 30_000;
  }, time.timer);
  const finish = async () => {
    await settle();
    pending.shift()?.();
    await settle();
  };
  return { loop, time, finish, looks: () => looks, most: () => most };
}

/** Longer than the breath after a look, shorter than anything else. */
const REST = 30;

test('however many hints come during a look or just after it, one more follows, and never two at once', async () => {
  const { loop, time, finish, looks, most } = watched();
  for (let hint = 0; hint < 100; hint++) loop.wake();
  await settle();
  for (let hint = 0; hint < 100; hint++) loop.wake();
  await finish();
  for (let hint = 0; hint < 100; hint++) loop.wake();
  expect(looks()).toBe(1);
  time.pass(REST);
  await finish();
  time.pass(REST);
  await finish();
  expect([looks(), most()]).toEqual([2, 1]);
});

test('the next look comes when the last one said', async () => {
  const { loop, time, finish, looks } = watched([500]);
  loop.wake();
  await finish();
  time.pass(499);
  await settle();
  expect(looks()).toBe(1);
  time.pass(1);
  await settle();
  expect(looks()).toBe(2);
});

test('a look that did not get to its end is gone on with at once', async () => {
  const { loop, finish, looks } = watched([0]);
  loop.wake();
  await finish();
  expect(looks()).toBe(2);
});

test('a machine that slept for a day looks once', async () => {
  const { loop, time, finish, looks } = watched();
  loop.wake();
  await finish();
  time.pass(86_400_000);
  await finish();
  time.pass(REST);
  await finish();
  expect(looks()).toBe(2);
});

test('an extra look is not put off by a usual one', async () => {
  const { loop, time, finish, looks } = watched();
  loop.wakeIn(60);
  loop.wakeIn(60);
  loop.wake();
  await finish();
  time.pass(60);
  await finish();
  expect(looks()).toBe(2);
  time.pass(60);
  await settle();
  expect(looks()).toBe(2);
});

test('once stopped it waits for the look under way and looks no more', async () => {
  const { loop, time, finish, looks } = watched();
  loop.wake();
  await settle();
  loop.wake();
  let stopped = false;
  void loop.stop().then(() => {
    stopped = true;
  });
  await settle();
  expect(stopped).toBe(false);
  await finish();
  expect(stopped).toBe(true);
  loop.wake();
  loop.wakeIn(1);
  time.pass(60_000);
  await settle();
  expect(looks()).toBe(1);
});
