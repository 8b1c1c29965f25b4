import { expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const claimedOf = (house: Bench) => house.told('task.assigned').map((event) => event.task);

const SLOW = 'queue: {adopted: true}\nbackoff: 1h\nbodies: {allow: [shell, external]}\n';

test('priority goes before order in the file, and the last still gets its turn', async () => {
  const order: [string, string][] = [
    ['T-1', 'P3'],
    ['T-2', 'P1'],
    ['T-3', 'P0'],
    ['T-4', 'P1'],
    ['T-5', 'low'],
  ];
  const house = await bench(
    order.map(([id, priority]) => task(id, 'echo x', [`Priority: ${priority}`])).join('\n'),
  );
  await house.work();
  expect(claimedOf(house)).toEqual(['T-3', 'T-2', 'T-4', 'T-1', 'T-5']);
});

test('a task waits until what it depends on is COMPLETE, wherever that stands', async () => {
  const house = await bench(
    [
      task('T-1', 'echo 1', ['Depends on: T-2, t-3']),
      task('T-2', 'echo 2'),
      task('T-3', 'echo 3'),
    ].join('\n'),
  );
  await house.work();
  expect(claimedOf(house)).toEqual(['T-2', 'T-3', 'T-1']);
});

test('a dependency that failed, is unknown or is the task itself holds it back, and explain says which', async () => {
  const house = await bench(
    [
      task('T-1', 'exit 1', ['Attempts: 1']),
      task('T-2', 'echo 2', ['Depends on: T-1']),
      task('T-3', 'echo 3', ['Depends on: T-99']),
      task('T-4', 'echo 4', ['Depends on: T-4']),
    ].join('\n'),
  );
  await house.work();
  expect(claimedOf(house)).toEqual(['T-1']);
  const why = async (id: string) =>
    (await explainTask(house.context, id)).waiting.map((one) => one.message);
  expect(await why('T-2')).toEqual(['it depends on T-1, which is FAILED']);
  expect(await why('T-3')).toEqual(['it depends on T-99, which no entry has as its id']);
  expect(await why('T-4')).toEqual(['it depends on itself']);
});

test('no more run at once than the wizard may', async () => {
  const house = await bench(['T-1', 'T-2', 'T-3'].map((id) => outside(id)).join(''), {
    settings: 'queue: {adopted: true}\nconcurrency: 2\nbodies: {allow: [external]}\n',
  });
  await house.dispatch();
  expect(house.runs().map((run) => run.task)).toEqual(['T-1', 'T-2']);
  expect((await explainTask(house.context, 'T-3')).waiting[0]?.code).toBe('concurrency');
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
  await house.dispatch();
  expect(house.runs().map((run) => run.task)).toEqual(['T-2', 'T-3']);
});

test('the front matter of the queue goes before the house about how many run at once', async () => {
  const house = await bench(
    `---\nconcurrency: 3\n---\n${['T-1', 'T-2', 'T-3', 'T-4'].map((id) => outside(id)).join('')}`,
  );
  await house.dispatch();
  expect(house.runs()).toHaveLength(3);
});

test('nothing is dispatched from a queue whose front matter says paused', async () => {
  const house = await bench(`---\npaused: true\n---\n${outside('T-1')}`);
  await house.dispatch();
  expect(house.runs()).toEqual([]);
  house.edit('paused: true', 'paused: false');
  await house.dispatch();
  expect(house.runs()).toHaveLength(1);
});

test('a task is not started before its time', async () => {
  const house = await bench(task('T-1', 'echo 1', ['Not before: 2100-01-01 09:00']));
  await house.work();
  expect(house.status('T-1')).toBe('PENDING');
  house.advance(Date.UTC(2100, 0, 3) - Date.now());
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('a value that can’t be understood holds the task back and costs no other its turn', async () => {
  const house = await bench(
    [task('T-1', 'echo 1', ['Timeout: soon']), task('T-2', 'echo 2')].join('\n'),
  );
  await house.work();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['PENDING', 'COMPLETE']);
  expect((await explainTask(house.context, 'T-1')).waiting[0]?.message).toContain(
    'Timeout: expected a duration',
  );
});

test('a failed attempt waits, twice as long each time, and the last one is final', async () => {
  const house = await bench(task('T-1', 'exit 7'), { settings: SLOW });
  const hour = 3_600_000;
  for (const [attempt, wait] of [
    [1, hour],
    [2, 2 * hour],
  ] as const) {
    await house.work();
    const { attempts, notBefore } = house.record('T-1');
    expect(attempts).toBe(attempt);
    expect(house.status('T-1')).toBe('PENDING');
    house.advance(wait - 60_000);
    await house.work();
    expect(house.record('T-1').attempts).toBe(attempt);
    expect(notBefore).not.toBeNull();
    house.advance(61_000);
  }
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  expect(house.events('T-1').filter((type) => type === 'task.failed')).toHaveLength(3);
  expect(house.report('T-1')).toContain('attempt: 3');
  house.advance(100 * hour);
  await house.work();
  expect(house.record('T-1').attempts).toBe(3);
});

test('`Attempts: 1` fails at once; retry gives fresh attempts', async () => {
  const house = await bench(task('T-1', 'test -e fixed && echo now', ['Attempts: 1']));
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
  expect(house.status('T-1')).toBe('PENDING');
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  expect(house.record('T-1').attempts).toBe(1);
  await changeTask(house.context, 'T-1', { type: 'cancel' }, { dryRun: false });
  await house.work();
  expect(house.status('T-1')).toBe('CANCELLED');
});

test('a task that no body can do is BLOCKED with the reason, and costs no other its turn', async () => {
  const house = await bench(
    `### T-1: Words only\n- **Status:** PENDING\n\nThink.\n\n${task('T-2', 'echo 2')}`,
  );
  await house.work();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['BLOCKED', 'COMPLETE']);
  expect(house.record('T-1').reason).toContain('no body can do this task');
});
