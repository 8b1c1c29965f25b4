import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { self } from '../../lib/platform/identity.ts';
import { readRun } from '../../lib/records/run-store.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

/** As if somebody had deleted house.db between two ticks. */
function forget(house: Bench): Promise<void> {
  return house.reopen(() => {
    for (const tail of ['', '-wal', '-shm'])
      rmSync(`${house.paths.database}${tail}`, { force: true });
  });
}

test('without house.db a run under way goes on, and its report is accepted', async () => {
  const house = await bench(outside('T-1', ['Verify: `test -e made || touch made`']));
  await house.dispatch();
  const before = house.run('T-1');
  await forget(house);
  await house.dispatch();
  expect(house.run('T-1')).toMatchObject({
    run: before.run,
    fence: before.fence,
    attempt: before.attempt,
  });
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  house.leaveReport('T-1', reportOf(before, 'COMPLETE', 'across the gap'));
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(house.report('T-1')).toContain('across the gap');
  expect(house.report('T-1')).toContain('verify: passed');
});

test('without house.db a supervised run is not doubled while its runner lives', async () => {
  const house = await bench(task('T-1', 'touch begun; sleep 600'), { launch: async () => self() });
  await house.dispatch();
  const { run } = house.run('T-1');
  await forget(house);
  await house.dispatch();
  expect(house.runs().map((one) => one.run)).toEqual([run]);
});

test('without house.db finished work is not run again, and its report is no stranger', async () => {
  const house = await bench(`${task('T-1', 'echo 1')}\n${task('T-2', 'exit 1', ['Attempts: 1'])}`);
  await house.work();
  const [queue, report] = [house.queue(), house.report('T-1')];
  await forget(house);
  await house.work();
  expect(house.told('task.assigned')).toEqual([]);
  expect([house.queue(), house.report('T-1')]).toEqual([queue, report]);
  expect(house.record('T-1').status).toBe('COMPLETE');
  expect(house.events()).not.toContain('report.quarantined');
});

test('without house.db the fence goes on rising, and the attempts are kept', async () => {
  const house = await bench(task('T-1', 'exit 1', ['Attempts: 2']), {
    settings: 'queue: {adopted: true}\nbackoff: 1h\nbodies: {allow: [shell]}\n',
  });
  await house.work();
  const first = readRun(house.context.db, house.record('T-1').lastRun ?? '');
  await forget(house);
  house.advance(3_700_000);
  await house.work();
  const second = readRun(house.context.db, house.record('T-1').lastRun ?? '');
  expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.NaN);
  expect(second?.attempt).toBe(2);
  expect(house.status('T-1')).toBe('FAILED');
});

test('without house.db a result that never reached the queue does so', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  const inProgress = house.queue();
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
  await house.monitor();
  house.save(inProgress);
  await forget(house);
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(house.told('task.assigned')).toEqual([]);
});

test('without house.db an old copy saved meanwhile re-runs nothing that the history knows', async () => {
  const queue = `${task('T-1', 'echo 1')}\n${task('T-2', 'echo 2')}`;
  const house = await bench(queue);
  await house.work();
  house.save(queue);
  await forget(house);
  await house.work();
  expect(house.told('task.assigned')).toEqual([]);
  expect(house.queue()).toBe(queue.replaceAll('PENDING', 'COMPLETE'));
});

test('without house.db, trigger and report the queue’s own word is all there is: IN_PROGRESS waits for a person', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  rmSync(triggerPath(house.paths, 'T-1'));
  rmSync(reportPath(house.paths, 'T-1'), { force: true });
  await forget(house);
  await house.work();
  expect(house.told('task.assigned')).toEqual([]);
  expect(house.record('T-1')).toMatchObject({ status: 'IN_PROGRESS', byHand: true });
});

test('a memory that was emptied is made anew like one that is missing', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  await house.reopen(() => writeFileSync(house.paths.database, ''));
  await house.work();
  expect(house.told('task.assigned')).toEqual([]);
  expect(house.record('T-1').status).toBe('COMPLETE');
});

test('a process that died between making the memory and reading the queue is made up for', async () => {
  const house = await bench(task('T-1', 'touch begun; sleep 600'), { launch: async () => self() });
  await house.dispatch();
  const { run } = house.run('T-1');
  await forget(house);
  await house.reopen();
  house.edit('IN_PROGRESS', 'PENDING');
  await house.dispatch();
  expect(house.runs().map((one) => one.run)).toEqual([run]);
});

test('without house.db, what waits for a run under way waits for nobody’s approval', async () => {
  const queue = `${outside('T-1')}\n${task('T-2', 'echo two', ['Depends on: T-1'])}`;
  const house = await bench(queue);
  await house.dispatch();
  const before = house.run('T-1');
  await forget(house);
  await house.monitor();
  expect(house.record('T-2').held).toBe(false);
  house.leaveReport('T-1', reportOf(before, 'COMPLETE'));
  await house.work();
  expect(house.status('T-2')).toBe('COMPLETE');
});

test('without house.db, what an agent at work slipped in meanwhile waits all the same', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  await forget(house);
  house.save(`${house.queue()}\n${task('T-2', 'touch slipped-in')}`);
  await house.monitor();
  expect(house.record('T-2').held).toBe(true);
});

test('without house.db, a run whose runner lives is no suspect', async () => {
  const house = await bench(task('T-1', 'sleep 600'), { launch: async () => self() });
  await house.dispatch();
  await forget(house);
  await house.monitor();
  house.advance(120_000);
  expect(viewHouse(house.context).needsYou).toEqual([]);
});
