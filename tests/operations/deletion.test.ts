import { expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { confirmDeletions } from '../../lib/operations/later.ts';
import { listVersions, readVersion } from '../../lib/operations/past-versions.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const codes = (house: Bench) => viewHouse(house.context).needsYou.map((need) => need.code);
const LATER = 'Not before: 2100-01-01';

test('no deletion is believed on one reading; a second, a while later, believes it', async () => {
  const house = await bench(task('T-1', 'echo 1', [LATER]) + task('T-2', 'echo 2', [LATER]));
  await house.work();
  house.save(task('T-2', 'echo 2', [LATER]));
  await house.work();
  expect(house.events('T-1')).not.toContain('task.deleted');
  house.advance(2001);
  await house.work();
  expect(house.record('T-1').deletedAt).not.toBeNull();
  expect(house.events('T-1')).toContain('task.deleted');
  expect(house.queue()).toBe(task('T-2', 'echo 2', [LATER]));
});

test('what is gone for less than that was never deleted', async () => {
  const whole = task('T-1', 'echo 1', [LATER]) + task('T-2', 'echo 2', [LATER]);
  const house = await bench(whole);
  await house.work();
  house.save('');
  await house.work();
  house.save(whole);
  house.advance(60_000);
  await house.work();
  expect(house.events()).not.toContain('task.deleted');
  expect(house.queue()).toBe(whole);
});

test('back again under its id, it is the same task: finished work is not run again', async () => {
  const house = await bench(`${task('T-1', 'echo 1')}\n${task('T-2', 'echo 2', [LATER])}`);
  await house.work();
  const block = task('T-1', 'echo 1').replace('PENDING', 'COMPLETE');
  const whole = house.queue();
  house.save(whole.replace(block, ''));
  await house.work();
  house.advance(5000);
  await house.work();
  expect(house.record('T-1').deletedAt).not.toBeNull();
  house.save(whole);
  await house.work();
  expect(house.record('T-1')).toMatchObject({ status: 'COMPLETE', deletedAt: null });
  expect(house.told('task.assigned')).toHaveLength(1);
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('back again as PENDING, a finished task is a question for the person', async () => {
  const house = await bench(`${task('T-1', 'echo 1')}\n${task('T-2', 'echo 2', [LATER])}`);
  const old = house.queue();
  await house.work();
  house.save(task('T-2', 'echo 2', [LATER]));
  await house.work();
  house.advance(5000);
  await house.work();
  house.save(old);
  await house.work();
  expect(house.told('task.assigned')).toHaveLength(1);
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(codes(house)).toEqual(['finished-work']);
  await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
  await house.work();
  expect(house.told('task.assigned')).toHaveLength(2);
});

test('deleted while it runs, the run goes on, its report is kept, and a finding says so', async () => {
  const house = await bench(`# Mine\n\n${outside('T-1')}`);
  await house.dispatch();
  const run = house.run('T-1');
  house.save('# Mine\n');
  await house.work();
  house.advance(3000);
  await house.work();
  expect(house.run('T-1').run).toBe(run.run);
  expect(codes(house)).toEqual(['deleted-running']);
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'done though'));
  await house.work();
  expect(house.runs()).toEqual([]);
  expect(house.report('T-1')).toContain('done though');
  expect(house.queue()).toBe('# Mine\n');
});

test('a task under another id is the same task, with its attempts and runs', async () => {
  const house = await bench(task('T-1', 'exit 1', ['Attempts: 3']), {
    settings: 'queue: {adopted: true}\nbackoff: 1h\nbodies: {allow: [shell]}\n',
  });
  await house.work();
  expect(house.record('T-1').attempts).toBe(1);
  house.edit('### T-1:', '### NEW-7:');
  await house.work();
  expect(house.record('NEW-7')).toMatchObject({ attempts: 1, status: 'PENDING' });
  house.advance(10_000);
  await house.work();
  expect(house.events()).not.toContain('task.deleted');
});

test('a finished task under another id is not run again', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  house.edit('### T-1:', '### T-8:');
  await house.work();
  expect(house.record('T-8').status).toBe('COMPLETE');
  expect(house.told('task.assigned')).toHaveLength(1);
});

test('renamed while it runs: the run goes on, and the new name waits for nothing of it', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  const run = house.run('T-1');
  house.edit('### T-1:', '### T-8:');
  await house.work();
  expect(house.runs()).toHaveLength(1);
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'done under the old name'));
  await house.work();
  expect(house.report('T-1')).toContain('done under the old name');
  expect(house.told('task.assigned')).toHaveLength(1);
});

test('an entry moved to another place is the same task, wherever it goes', async () => {
  const parts = [task('T-1', 'echo 1'), task('T-2', 'echo 2'), task('T-3', 'echo 3', [LATER])];
  const house = await bench(`# A\n\n${parts.join('\n')}\n# B\n`);
  await house.work();
  const done = parts.map((part) =>
    part.includes(LATER) ? part : part.replace('PENDING', 'COMPLETE'),
  );
  const moved = `# B\n\n${[done[2], done[0], done[1]].join('\n')}\n# A\n`;
  house.save(moved);
  await house.work();
  house.advance(10_000);
  await house.work();
  expect(house.queue()).toBe(moved);
  expect(house.told('task.assigned')).toHaveLength(2);
  expect(codes(house)).toEqual([]);
});

test('what a deletion took away can be had back from the past versions', async () => {
  const whole = task('T-1', 'echo 1', [LATER]);
  const house = await bench(whole);
  await house.work();
  house.save('gone\n');
  await house.work();
  expect(
    listVersions(house.context).map((version) => readVersion(house.context, version.seq)),
  ).toEqual(['gone\n', whole]);
});

test('deleted while its runner records its end, it ends all the same', async () => {
  const house = await bench(outside('T-1') + task('T-2', 'echo 2', [LATER]));
  await house.dispatch();
  const run = house.run('T-1');
  house.save(task('T-2', 'echo 2', [LATER]));
  await house.monitor();
  house.advance(2001);
  const seen = readTasks(house.context.db);
  recordEnd(house.context, run, emptyResult('completed', ''));
  confirmDeletions(house.context, seen, () => {});
  expect(house.record('T-1')).toMatchObject({ status: 'COMPLETE', deletedAt: expect.any(Number) });
});
