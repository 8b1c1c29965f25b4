import { expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { readHead } from '../../lib/operations/context.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { archiveFinished } from '../../lib/operations/housekeeping.ts';
import { readQueue } from '../../lib/operations/read-queue.ts';
import { readTasks, writeTask } from '../../lib/records/task-store.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const HOUR = 3_600_000;
const SETTINGS = 'queue: {adopted: true}\nbodies: {allow: [shell]}\narchive: {after: 1h}\n';

test('a finished task that was taken up again meanwhile comes back into the queue, and runs', async () => {
  const house = await bench(task('T-1', 'echo 1') + task('T-2', 'echo 2'), { settings: SETTINGS });
  await house.work();
  house.advance(2 * HOUR);
  const { db } = house.context;
  const seen = readTasks(db);
  const state = readQueue(house.context, readHead(db)?.hash ?? null);
  if (state.kind !== 'read') throw new Error('the queue could not be read');
  writeTask(db, { ...house.record('T-1'), status: 'PENDING', finishedAt: null });
  archiveFinished(house.context, state.reading, seen, () => {});
  expect(house.queue()).toBe('');
  await house.work();
  expect(house.queue()).toBe(task('T-1', 'echo 1').replace('PENDING', 'COMPLETE'));
  expect(house.told('task.assigned').map((event) => event.task)).toEqual(['T-1', 'T-2', 'T-1']);
});

test('the id of an archived task on a new one is a question, and the entry stays until it is settled', async () => {
  const house = await bench(task('T-1', 'echo 1'), { settings: SETTINGS });
  await house.work();
  house.advance(2 * HOUR);
  await house.work();
  expect(house.queue()).toBe('');
  house.save(task('T-1', 'echo another'));
  await house.work();
  const needs = viewHouse(house.context).needsYou.map((need) => need.code);
  expect([needs, house.status('T-1')]).toEqual([['finished-work'], 'COMPLETE']);
  await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
  await house.work();
  expect(house.told('task.assigned')).toHaveLength(2);
});

test('of entries of one title without ids, none goes while its place tells the others apart', async () => {
  const entry = (sign: string, title: string, script: string) =>
    `- [${sign}] ${title}\n\n  \`\`\`sh\n  ${script}\n  \`\`\`\n`;
  const [first, second] = [entry('x', 'Say hello', 'echo 1'), entry(' ', 'Say hello', 'exit 1')];
  const front = '---\nids: never\n---\n';
  const house = await bench(front + first + second + entry('x', 'Other', 'echo 3'), {
    settings: `${SETTINGS}backoff: 9d\n`,
  });
  await house.work();
  house.advance(2 * HOUR);
  await house.work();
  expect(house.queue()).toBe(front + first + second);
});

test('an entry with an id stays too, as long as one of its title without any would change its name', async () => {
  const waiting = (why: string) => `- [ ] Say hello\n  - Not before: ${why}\n`;
  const rest = waiting('2100-01-01') + waiting('2101-01-01');
  const done = '- [x] T-1: Say hello\n';
  const house = await bench(done + rest, { settings: SETTINGS });
  await house.work();
  house.advance(2 * HOUR);
  await house.work();
  expect(house.queue()).toBe(done + rest);
});
