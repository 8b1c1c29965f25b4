import { describe, expect, test } from 'vitest';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const codes = (house: Bench) => viewHouse(house.context).needsYou.map((need) => need.code);

async function failed(): Promise<Bench> {
  const house = await bench(task('T-1', 'echo run >>runs; test -e fixed', ['Attempts: 1']));
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  return house;
}

describe('typed on a task that is not running,', () => {
  for (const from of ['BLOCKED', 'CANCELLED', 'DEFERRED', 'FAILED'] as const) {
    test(`PENDING over ${from} tries again with fresh attempts, be it the very bytes of before`, async () => {
      const house = await bench(task('T-1', 'exit 1', ['Attempts: 2', 'Not before: 2100-01-01']));
      await house.work();
      house.edit('PENDING', from);
      await house.work();
      expect(house.record('T-1')).toMatchObject({ status: from, byHand: true });
      house.edit(from, 'PENDING');
      await house.work();
      expect(house.record('T-1')).toMatchObject({ status: 'PENDING', byHand: false, attempts: 0 });
      expect(house.status('T-1')).toBe('PENDING');
      expect(codes(house)).toEqual([]);
    });
  }

  test('PENDING over a failed run’s FAILED runs it again', async () => {
    const house = await failed();
    house.edit('FAILED', 'PENDING');
    await house.work();
    expect(house.events('T-1').filter((type) => type === 'task.assigned')).toHaveLength(2);
    expect(house.record('T-1').attempts).toBe(1);
    expect(codes(house)).toEqual(['failed']);
  });

  test('DEFERRED a second time holds it back again', async () => {
    const house = await bench(task('T-1', 'echo 1', ['Not before: 2100-01-01']));
    await house.work();
    for (const status of [
      'DEFERRED',
      'PENDING',
      'DEFERRED',
      'PENDING',
      'CANCELLED',
      'PENDING',
      'CANCELLED',
    ]) {
      house.edit(house.status('T-1') as string, status);
      await house.work();
      expect([house.status('T-1'), house.record('T-1').status]).toEqual([status, status]);
    }
    expect(codes(house)).toEqual([]);
  });

  test('IN_PROGRESS means that somebody works on it by hand: it is not dispatched', async () => {
    const house = await bench(task('T-1', 'echo 1', ['Not before: 2100-01-01']));
    await house.work();
    house.edit('PENDING', 'IN_PROGRESS');
    house.advance(Date.UTC(2101, 0, 1) - Date.now());
    await house.work();
    expect(house.record('T-1')).toMatchObject({ status: 'IN_PROGRESS', byHand: true });
    expect(house.told('task.assigned')).toEqual([]);
    house.edit('IN_PROGRESS', 'COMPLETE');
    await house.work();
    expect(house.status('T-1')).toBe('COMPLETE');
  });

  test('COMPLETE is done by hand, unverified, and lets dependents go ahead', async () => {
    const house = await bench(
      task('T-1', 'touch ran', ['Verify: `false`', 'Not before: 2100-01-01']) +
        task('T-2', 'echo 2', ['Depends on: T-1']),
    );
    await house.work();
    house.edit('PENDING', 'COMPLETE');
    await house.work();
    expect(house.record('T-1')).toMatchObject({
      status: 'COMPLETE',
      byHand: true,
      reason: 'done by hand, unverified',
    });
    expect(house.status('T-2')).toBe('COMPLETE');
    expect(house.events('T-1')).toEqual(['task.created', 'task.completed']);
  });

  test('REVIEW waits for approval', async () => {
    const house = await bench(task('T-1', 'echo 1', ['Not before: 2000-01-01', 'Depends on: T-9']));
    await house.work();
    house.edit('PENDING', 'REVIEW');
    await house.work();
    expect(house.record('T-1')).toMatchObject({ status: 'REVIEW', review: 'before' });
    expect(codes(house)).toEqual(['review']);
  });

  test('an unknown word is UNKNOWN: left as it is, shown, never dispatched', async () => {
    const house = await bench(task('T-1', 'echo 1', ['Depends on: T-9']));
    await house.work();
    house.edit('PENDING', 'BANANA');
    await house.work();
    expect(house.record('T-1').status).toBe('UNKNOWN');
    expect(house.queue()).toContain('BANANA');
    expect(house.told('task.assigned')).toEqual([]);
  });

  test('PENDING over COMPLETE runs again where no old version looks like it, else it is a finding', async () => {
    const house = await bench(['T-1', 'T-2', 'T-3'].map((id) => task(id, 'echo done')).join(''));
    await house.work();
    house.edit('COMPLETE', 'PENDING');
    await house.work();
    // Two were finished after T-1: no old version is as near to this as the newest one.
    expect(house.events('T-1').filter((type) => type === 'task.completed')).toHaveLength(2);
    house.save(house.queue().replaceAll('COMPLETE', 'PENDING'));
    await house.work();
    expect(house.queue()).not.toContain('PENDING');
    expect(codes(house)).toEqual(['stale-save']);
    expect(house.told('task.assigned')).toHaveLength(4);
  });
});

describe('typed on a task that runs,', () => {
  const running = async (): Promise<Bench> => {
    const house = await bench(outside('T-1'));
    await house.dispatch();
    expect(house.status('T-1')).toBe('IN_PROGRESS');
    return house;
  };

  for (const status of ['COMPLETE', 'CANCELLED', 'BLOCKED', 'DEFERRED', 'FAILED']) {
    test(`${status} stops the run and stands`, async () => {
      const house = await running();
      const run = house.run('T-1');
      house.edit('IN_PROGRESS', status);
      await house.work();
      expect(house.runs()).toEqual([]);
      expect(house.status('T-1')).toBe(status);
      expect(house.record('T-1')).toMatchObject({ status, byHand: true, attempts: 0 });
      expect(house.report('T-1')).toContain(`status: ${status}`);
      house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'too late'), { keepTrigger: true });
      await house.work();
      expect(house.status('T-1')).toBe(status);
      expect(house.told('task.assigned')).toHaveLength(1);
    });
  }

  for (const status of ['PENDING', 'WHATEVER']) {
    test(`${status} has no effect: it is put back, with a finding`, async () => {
      const house = await running();
      house.save(`${house.queue().replace('IN_PROGRESS', status)}\nA line more.\n`);
      await house.work();
      expect(house.run('T-1').state).toBe('running');
      expect(house.status('T-1')).toBe('IN_PROGRESS');
      expect(house.queue()).toContain('A line more.');
      expect(codes(house)).toHaveLength(1);
      house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
      await house.work();
      expect(house.status('T-1')).toBe('COMPLETE');
    });
  }

  test('REVIEW lets the run go on, and its result waits for approval', async () => {
    const house = await running();
    house.edit('IN_PROGRESS', 'REVIEW');
    await house.work();
    expect(house.run('T-1').state).toBe('running');
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
    await house.work();
    expect(house.record('T-1')).toMatchObject({ status: 'REVIEW', review: 'after' });
    expect(house.status('T-1')).toBe('REVIEW');
  });

  test('other words change nothing about the run, and are for the next one', async () => {
    const house = await running();
    house.edit('Do it.', 'Do it better.');
    await house.work();
    expect(house.run('T-1').state).toBe('running');
    expect(house.queue()).toContain('Do it better.');
    expect(codes(house)).toEqual([]);
  });
});
