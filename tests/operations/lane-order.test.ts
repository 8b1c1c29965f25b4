import { cpSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PlannedClaim } from '../../lib/operations/claim-plan.ts';
import { readHead } from '../../lib/operations/context.ts';
import { editQueue } from '../../lib/operations/edit-queue.ts';
import { laneOrder } from '../../lib/operations/lane-order.ts';
import { readQueue, requireReading } from '../../lib/operations/read-queue.ts';
import { setStatus } from '../../lib/queue/edit.ts';
import { readTasks, writeTask } from '../../lib/records/task-store.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

/** What was ready, but for T-1, which has begun; and the plan of the next. */
async function ordered() {
  const house = await bench(['T-1', 'T-2', 'T-3'].map((id) => task(id, 'true')).join('\n'));
  await house.monitor();
  const { context } = house;
  let passed = 0;
  context.clock = { now: () => Date.now(), monotonic: () => passed };
  const hash = readHead(context.db)?.hash ?? null;
  const reading = requireReading(context, readQueue(context, hash));
  const order = laneOrder(context, { reading, tasks: readTasks(context.db) }, 'T-1');
  context.lane = {
    takes: () => false,
    begin: () => null,
    fill: async () => [],
    wrote: (before, after) => order.wrote(before, after),
  };
  const pass = (ms: number) => {
    passed += ms;
  };
  return { house, order, next: (await order.next()) as PlannedClaim, pass };
}

test('goes on with what is ready, without what has begun, until there is no more', async () => {
  const { order, next } = await ordered();
  expect(next.candidate.key).toBe('T-2');
  expect(order.holds(next)).toBe(true);
  expect((await order.next())?.candidate.key).toBe('T-3');
  expect(await order.next()).toBeNull();
});

test('ends at a save, also one that nobody has read yet', async () => {
  const { house, order, next } = await ordered();
  expect(order.holds(next)).toBe(true);
  house.edit('Task T-3', 'Another T-3');
  expect(order.holds(next)).toBe(false);
  await house.monitor();
  expect(order.holds(next)).toBe(false);
});

test('goes on over what Robed itself writes, and over a touch', async () => {
  const { house, order, next } = await ordered();
  writeTask(house.context.db, { ...house.record('T-1'), status: 'DEFERRED' });
  await house.monitor();
  expect(house.status('T-1')).toBe('DEFERRED');
  expect(order.holds(next)).toBe(true);
  utimesSync(house.paths.queue, 1, 1);
  expect(order.holds(next)).toBe(true);
});

test('ends where a copy stands in place of the home', async () => {
  const { house, order, next } = await ordered();
  const { home } = house.paths;
  cpSync(home, `${home}.new`, { recursive: true, preserveTimestamps: true });
  expect(order.holds(next)).toBe(true);
  renameSync(home, `${home}.old`);
  expect(order.holds(next)).toBe(false);
  renameSync(`${home}.new`, home);
  expect(order.holds(next)).toBe(false);
});

test('ends where the head is another, made elsewhere', async () => {
  const { house, order, next } = await ordered();
  const { lane, ...elsewhere } = house.context;
  editQueue({ ...elsewhere, cache: {} }, (doc) => {
    const entry = doc.entries.find(({ id }) => id === 'T-3');
    return entry ? setStatus(doc, entry, 'DEFERRED') : [];
  });
  expect(lane).toBeDefined();
  expect(order.holds(next)).toBe(false);
});

test('a task whose record changed is not the one that was looked at', async () => {
  const { house, order, next } = await ordered();
  writeTask(house.context.db, { ...house.record('T-2'), notBefore: house.context.clock.now() + 1 });
  expect(order.holds(next)).toBe(false);
});

test('ends at new settings, and with time', async () => {
  const { house, order, next, pass } = await ordered();
  const { house: settings } = house.context;
  house.context.house = { ...settings };
  expect(order.holds(next)).toBe(false);
  house.context.house = settings;
  expect(order.holds(next)).toBe(true);
  pass(1001);
  expect(order.holds(next)).toBe(false);
});

test('a queue that went away holds nothing', async () => {
  const { house, order, next } = await ordered();
  writeFileSync(house.paths.queue, '');
  expect(order.holds(next)).toBe(false);
});
