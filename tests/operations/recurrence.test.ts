import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import { nextOccurrence } from '../../lib/operations/recurrence.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const HOUR = 3_600_000;
const runs = (house: Bench) => house.told('task.assigned').length;

describe('Every: 1h', () => {
  const hourly = async (script = 'echo tick') => {
    const house = await bench(task('T-1', script, ['Every: 1h', 'Attempts: 1']));
    await house.work();
    return house;
  };

  test('runs at once, and again each hour as a new run of the same task', async () => {
    const house = await hourly();
    expect(house.status('T-1')).toBe('COMPLETE');
    house.advance(HOUR - 60_000);
    await house.work();
    expect(runs(house)).toBe(1);
    house.advance(61_000);
    await house.work();
    expect([runs(house), house.status('T-1')]).toEqual([2, 'COMPLETE']);
    expect(house.events('T-1').filter((type) => type === 'task.created')).toHaveLength(1);
  });

  test('after a long sleep there is one catch-up, and no stampede', async () => {
    const house = await hourly();
    house.advance(100 * HOUR);
    await house.work();
    await house.work();
    expect(runs(house)).toBe(2);
  });

  test('says when it comes again', async () => {
    const house = await hourly();
    const [why] = (await explainTask(house.context, 'T-1')).waiting;
    expect(why?.message).toMatch(/^it is COMPLETE; it comes again at \d{4}-.* UTC$/);
  });

  test('keeps the report of each run', async () => {
    const house = await hourly();
    const first = house.record('T-1').lastRun as string;
    house.advance(HOUR + 1000);
    await house.work();
    const second = house.record('T-1').lastRun as string;
    house.advance(HOUR + 1000);
    await house.work();
    expect(readdirSync(join(house.paths.archive, 'T-1')).sort()).toEqual(
      [`${first}.txt`, `${second}.txt`].sort(),
    );
    expect(house.report('T-1')).toContain(`run: ${house.record('T-1').lastRun}`);
  });

  test('comes again after a failure too', async () => {
    const house = await hourly('exit 1');
    expect(house.status('T-1')).toBe('FAILED');
    house.advance(HOUR + 1000);
    await house.work();
    expect(runs(house)).toBe(2);
  });

  test('taken out of the task, it does not come again', async () => {
    const house = await hourly();
    house.edit('- **Every:** 1h\n', '');
    await house.work();
    house.advance(2 * HOUR);
    await house.work();
    expect([runs(house), house.status('T-1')]).toEqual([1, 'COMPLETE']);
  });

  test('put into a task that is done, it comes again an hour later', async () => {
    const house = await bench(task('T-1', 'echo tick', ['Attempts: 1']));
    await house.work();
    house.edit('- **Attempts:** 1\n', '- **Every:** 1h\n');
    await house.work();
    expect(runs(house)).toBe(1);
    house.advance(HOUR + 1000);
    await house.work();
    expect(runs(house)).toBe(2);
  });

  test('a shorter one in its place counts from when it was read', async () => {
    const house = await hourly();
    house.edit('1h', '10m');
    await house.work();
    expect(runs(house)).toBe(1);
    house.advance(11 * 60_000);
    await house.work();
    expect(runs(house)).toBe(2);
  });

  test('a clock that is put back by a week makes it wait no longer than an hour', async () => {
    const house = await hourly();
    house.advance(-7 * 24 * HOUR);
    await house.work();
    expect(runs(house)).toBe(1);
    house.advance(HOUR + 1000);
    await house.work();
    expect(runs(house)).toBe(2);
  });

  test('an attempt that is left belongs to this hour, not to the next', async () => {
    const script = 'test -e tried || { touch tried; exit 1; }';
    const settings = 'queue: {adopted: true}\nbackoff: 30s\nbodies: {allow: [shell]}\n';
    const house = await bench(task('T-1', script, ['Every: 1h', 'Attempts: 2']), { settings });
    await house.work();
    expect(house.status('T-1')).toBe('PENDING');
    house.advance(60_000);
    await house.work();
    expect([runs(house), house.status('T-1')]).toEqual([2, 'COMPLETE']);
    house.advance(HOUR - 120_000);
    await house.work();
    expect(runs(house)).toBe(2);
    house.advance(HOUR);
    await house.work();
    expect(runs(house)).toBe(3);
  });

  test('goes on where house.db was lost', async () => {
    const house = await hourly();
    await house.reopen(() => rmSync(house.paths.database));
    await house.work();
    expect(runs(house)).toBe(0);
    house.advance(HOUR + 1000);
    await house.work();
    expect(runs(house)).toBe(1);
  });

  test('set to CANCELLED or DEFERRED by a person, it rests', async () => {
    for (const status of ['CANCELLED', 'DEFERRED']) {
      const house = await hourly();
      house.edit('COMPLETE', status);
      await house.work();
      house.advance(5 * HOUR);
      await house.work();
      expect([runs(house), house.status('T-1')]).toEqual([1, status]);
    }
  });
});

test('Every: a cron expression waits for its first time, and then for its next', async () => {
  const house = await bench(task('T-1', 'echo tick', ['Every: 30 4 * * *']));
  await house.work();
  expect(house.status('T-1')).toBe('PENDING');
  expect(runs(house)).toBe(0);
  for (const times of [1, 2]) {
    const due = new Date(house.record('T-1').dueAt as number);
    expect([due.getHours(), due.getMinutes()]).toEqual([4, 30]);
    house.advance(25 * HOUR);
    await house.work();
    expect(runs(house)).toBe(times);
  }
});

test('Every: another cron expression before the first run is the one that counts', async () => {
  const house = await bench(task('T-1', 'echo tick', ['Every: 30 4 * * *']));
  await house.work();
  house.edit('30 4 * * *', '45 5 * * *');
  await house.work();
  const due = new Date(house.record('T-1').dueAt as number);
  expect([due.getHours(), due.getMinutes()]).toEqual([5, 45]);
});

describe('Every: another cron expression in a finished task', () => {
  const due = (house: Bench) => {
    const at = new Date(house.record('T-1').dueAt as number);
    return [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes()];
  };
  const nightly = async (script = 'echo tick') => {
    const house = await bench(task('T-1', script, ['Every: 30 4 * * *']));
    await house.work();
    house.advance((house.record('T-1').dueAt as number) - house.context.clock.now() + 1000);
    await house.work();
    expect([runs(house), house.status('T-1')]).toEqual([1, 'COMPLETE']);
    return house;
  };

  test('is followed at once, be it earlier or later', async () => {
    const house = await nightly();
    const before = house.record('T-1').dueAt as number;
    house.edit('30 4 * * *', '*/5 * * * *');
    await house.work();
    expect(house.record('T-1').dueAt).toBeLessThanOrEqual(house.context.clock.now() + HOUR / 12);
    house.edit('*/5 * * * *', '15 6 24 12 *');
    await house.work();
    expect(due(house)).toEqual([12, 24, 6, 15]);
    house.edit('15 6 24 12 *', '30 4 * * *');
    await house.work();
    expect(house.record('T-1').dueAt).toBe(before);
    expect(runs(house)).toBe(1);
  });

  test('is followed too where it came while the task ran', async () => {
    const house = await nightly('sed -i "s/30 4/45 5/" ../home/WORK-QUEUE.md');
    expect(due(house).slice(2)).toEqual([5, 45]);
  });

  test('leaves an occurrence that was missed to be caught up with', async () => {
    const house = await nightly();
    house.advance(30 * HOUR);
    house.edit('30 4 * * *', '45 5 * * *');
    await house.work();
    expect(runs(house)).toBe(2);
    expect(due(house).slice(2)).toEqual([5, 45]);
  });

  test('is not taken for what a clock put back a little shows once more', async () => {
    const house = await nightly();
    const { dueAt } = house.record('T-1');
    house.advance(-60_000);
    await house.work();
    expect(house.record('T-1').dueAt).toBe(dueAt);
    house.advance(120_000);
    await house.work();
    expect(runs(house)).toBe(1);
  });
});

test('Every: a person who says retry does not wait for the time', async () => {
  const house = await bench(task('T-1', 'echo tick', ['Every: 30 4 * * *']));
  await house.work();
  house.advance(25 * HOUR);
  await house.work();
  await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
  await house.work();
  expect(runs(house)).toBe(2);
});

test('an Every that is neither is BLOCKED and says what is expected', async () => {
  const house = await bench(task('T-1', 'touch ran', ['Every: now and then']));
  await house.work();
  expect(house.status('T-1')).toBe('BLOCKED');
  expect(house.record('T-1').reason).toContain('expected a duration or a cron expression');
  expect(existsSync(join(house.paths.workspace, 'ran'))).toBe(false);
});

test('an hour that the clocks repeat is matched once, however late its work was done', () => {
  const before = process.env['TZ'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  process.env['TZ'] = 'Europe/Berlin';
  const nightly = { kind: 'cron', expression: '30 2 * * *' } as const;
  const first = Date.parse('2027-10-31T02:30:00+02:00');
  expect(nextOccurrence(nightly, first, first - 1)).toBe(first);
  const done = Date.parse('2027-10-31T02:37:00+02:00');
  expect(nextOccurrence(nightly, first, done)).toBe(Date.parse('2027-11-01T02:30:00+01:00'));
});
