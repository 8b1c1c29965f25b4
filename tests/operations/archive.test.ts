import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { readHead } from '../../lib/operations/context.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { archiveFinished } from '../../lib/operations/housekeeping.ts';
import { readQueue } from '../../lib/operations/read-queue.ts';
import { armFaults, type FaultHook, systemError } from '../../lib/platform/faults.ts';
import { readTasks, writeTask } from '../../lib/records/task-store.ts';
import { type Bench, bench } from '../support/bench.ts';
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

test.each(['COMPLETE', 'CANCELLED'] as const)(
  'the id of an archived task that is %s on a new one is a question, and the entry stays until it is settled',
  async (status) => {
    const house = await bench(task('T-1', 'echo 1'), { settings: SETTINGS });
    house.edit('PENDING', status);
    await house.work();
    house.advance(2 * HOUR);
    await house.work();
    expect(house.queue()).toBe('');
    house.save(task('T-1', 'echo another'));
    await house.work();
    const [need] = viewHouse(house.context).needsYou;
    expect([need?.code, house.status('T-1')]).toEqual(['finished-work', status]);
    expect(need?.message).toContain(`T-1 is ${status} and archived`);
    house.advance(2 * HOUR);
    await house.work();
    expect(house.queue()).toBe(task('T-1', 'echo another').replace('PENDING', status));
    await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
    await house.work();
    expect([house.told('task.assigned').length, house.status('T-1')]).toEqual([1, 'COMPLETE']);
    expect(house.report('T-1')).toContain('another');
  },
);

test.each(['by a command', 'in the queue'])(
  'a recurring task that was cancelled %s, to come no more, is archived like others',
  async (how) => {
    const house = await bench(task('T-1', 'echo 1', ['Every: 5h']), { settings: SETTINGS });
    await house.work();
    if (how === 'in the queue') house.edit('COMPLETE', 'CANCELLED');
    else await changeTask(house.context, 'T-1', { type: 'cancel' }, { dryRun: false });
    await house.work();
    house.advance(2 * HOUR);
    await house.work();
    expect(house.queue()).toBe('');
    expect(house.record('T-1')).toMatchObject({ status: 'CANCELLED', deletedAt: null });
    expect(house.record('T-1').archivedAt).not.toBeNull();
  },
);

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

describe('wherever archiving fails, each entry is in the archive once and whole', () => {
  const [first, second] = [1, 2].map((n) =>
    task(`T-${n}`, `echo ${n}`).replace('PENDING', 'COMPLETE'),
  ) as [string, string];

  function archived(house: Bench): string {
    const files = readdirSync(house.paths.archive).filter((file) => file.endsWith('.md'));
    return files.map((file) => readFileSync(join(house.paths.archive, file), 'utf8')).join('');
  }

  /** The first is old enough, the second will be soon. */
  async function finished(): Promise<Bench> {
    const house = await bench(first, { settings: SETTINGS });
    await house.monitor();
    house.advance(HOUR / 2);
    house.save(first + second);
    await house.monitor();
    house.advance(HOUR * 0.75);
    return house;
  }

  /** What of a write a full disk took before it took no more. */
  function tear(operation: string, path: string): void {
    if (operation === 'write' && path.endsWith('.md')) appendFileSync(path, '### T-1: Ta');
  }

  async function stepsOf(): Promise<number> {
    let steps = 0;
    const house = await finished();
    armFaults(() => void steps++);
    await house.monitor();
    armFaults(null);
    expect(archived(house)).toBe(`${first}\n`);
    return steps;
  }

  /** Throws at the step `at`, or from there on. */
  const failing = (at: number, isDead: boolean): FaultHook => {
    let count = 0;
    return (operation, path) => {
      count++;
      if (count < at || (count > at && !isDead)) return;
      if (count === at) tear(operation, path);
      throw systemError('ENOSPC', operation, path);
    };
  };

  test.each([
    ['the disk is full', false, ''],
    ['the process dies', true, ''],
    ['the process dies and a person saves', true, '# Plans\n\n'],
  ])('%s', async (_, isDead, words) => {
    onTestFinished(() => armFaults(null));
    const steps = await stepsOf();
    expect(steps).toBeGreaterThan(10);
    for (let at = 1; at <= steps; at++) {
      const house = await finished();
      armFaults(failing(at, isDead));
      await house.monitor().catch(() => null);
      armFaults(null);
      if (words !== '') house.save(words + house.queue());
      await house.reopen();
      house.advance(HOUR);
      await house.monitor();
      house.advance(5000);
      await house.monitor();
      const where = `step ${at} of ${steps}`;
      expect(house.queue(), where).toBe(words);
      expect(archived(house), where).toBe(`${first}\n${second}\n`);
      expect(house.told('task.deleted'), where).toEqual([]);
      for (const id of ['T-1', 'T-2']) {
        expect(house.record(id), where).toMatchObject({ deletedAt: null, status: 'COMPLETE' });
        expect(house.record(id).archivedAt, where).not.toBeNull();
      }
    }
  });
});
