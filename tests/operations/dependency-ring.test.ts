import { expect, test } from 'vitest';
import { findRing } from '../../lib/operations/dependency-ring.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import { readText } from '../../lib/queue/reading.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const queueOf = (tasks: Record<string, string>): string =>
  Object.entries(tasks)
    .map(([id, on]) => task(id, 'echo', [`Depends on: ${on}`]))
    .join('\n');

const ringOf = (key: string, tasks: Record<string, string>) =>
  findRing(key, readText('', Buffer.from(queueOf(tasks))), new Map());

test.each([
  ['two', 'A-1', { 'A-1': 'A-2', 'A-2': 'A-1' }, ['A-1', 'A-2', 'A-1']],
  ['in another case', 'A-1', { 'A-1': 'a-2', 'A-2': 'a-1' }, ['A-1', 'A-2', 'A-1']],
  ['further on', 'A-0', { 'A-0': 'A-1', 'A-1': 'A-2', 'A-2': 'A-1' }, ['A-1', 'A-2', 'A-1']],
  ['none: a diamond', 'A-1', { 'A-1': 'A-2, A-3', 'A-2': 'A-4', 'A-3': 'A-4' }, null],
  ['none: itself, which is told elsewhere', 'A-1', { 'A-1': 'A-1' }, null],
  ['none: no such task', 'A-1', { 'A-1': 'A-9' }, null],
])('a ring of dependencies: %s', (_, key, tasks, ring) => {
  expect(ringOf(key, tasks as Record<string, string>)).toEqual(ring);
});

test('explain names it, until one of them is complete', async () => {
  const house = await bench(queueOf({ 'A-1': 'A-2', 'A-2': 'A-1' }));
  await house.work();
  const told = async () =>
    (await explainTask(house.context, 'A-1')).waiting.map(({ message }) => message).join();
  expect(await told()).toContain('A-1 waits for A-2, A-2 waits for A-1: none of them');
  house.edit('A-2: Task A-2\n- **Status:** PENDING', 'A-2: Task A-2\n- **Status:** COMPLETE');
  await house.work();
  expect(house.status('A-1')).toBe('COMPLETE');
});
