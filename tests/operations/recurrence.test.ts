import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseCron } from '../../lib/houses/cron-expression.ts';
import { changeTask } from '../../lib/operations/change-task.ts';
import { explainTask } from '../../lib/operations/explain.ts';
import { nextOccurrence, parseRecurrence } from '../../lib/operations/recurrence.ts';
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

test.each(['before its first run', 'after one'])(
  'Every: a clock that stood a year ahead, %s, costs no more than the day that it is put right',
  async (when) => {
    const house = await bench(task('T-1', 'echo tick', ['Every: 30 4 * * *']));
    house.advance(365 * 24 * HOUR);
    await house.work();
    if (when === 'after one') {
      house.advance(25 * HOUR);
      await house.work();
      house.advance(-25 * HOUR);
    }
    const before = runs(house);
    house.advance(-365 * 24 * HOUR);
    await house.work();
    expect(runs(house)).toBe(before);
    house.advance(25 * HOUR);
    await house.work();
    expect(runs(house)).toBe(before + 1);
  },
);

test('Every: a person who says retry does not wait for the time', async () => {
  const house = await bench(task('T-1', 'echo tick', ['Every: 30 4 * * *']));
  await house.work();
  house.advance(25 * HOUR);
  await house.work();
  await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
  await house.work();
  expect(runs(house)).toBe(2);
});

test('a back-off that began while the clock stood a year ahead is no longer than it should be', async () => {
  const settings = 'queue: {adopted: true}\nbackoff: 1m\nbodies: {allow: [shell]}\n';
  const house = await bench(task('T-1', 'exit 1'), { settings });
  house.advance(365 * 24 * HOUR);
  await house.dispatch();
  await house.rest();
  await house.monitor();
  house.advance(-365 * 24 * HOUR);
  await house.work();
  expect([runs(house), house.status('T-1')]).toEqual([1, 'PENDING']);
  house.advance(61_000);
  await house.dispatch();
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

/** By crontab(5): a day field that begins with `*` restricts nothing; where both restrict, either will do. */
test.each([
  ['1 * mon', 'either'],
  ['1 * thu,4,*', 'either'],
  ['1-31 * mon', 'either'],
  ['1 * 0-6', 'either'],
  ['*/4 * mon', 'both'],
  ['*,15 * mon', 'both'],
  ['1-7 * */2', 'both'],
  ['*/4 * */2', 'both'],
  ['? * mon', 'both'],
])('days `%s`: %s of the two has to match', (days, needed) => {
  const read = parseCron(`0 9 ${days.replace('?', '*')}`);
  if (typeof read === 'string') throw new Error(read);
  const recurrence = { kind: 'cron', expression: `0 9 ${days}` } as const;
  const [found, expected]: [string[], string[]] = [[], []];
  const end = new Date(2027, 8, 1).getTime();
  for (let at = new Date(2027, 7, 1).getTime(); ; ) {
    const next = nextOccurrence(recurrence, at, at);
    if (next === null || next >= end) break;
    found.push(new Date(next).toString());
    at = next;
  }
  for (let date = new Date(2027, 7, 1, 9); date.getTime() < end; date.setDate(date.getDate() + 1)) {
    const [inMonth, inWeek] = [
      read.dayOfMonth.values.includes(date.getDate()),
      read.dayOfWeek.values.includes(date.getDay()),
    ];
    if (needed === 'both' ? inMonth && inWeek : inMonth || inWeek) expected.push(date.toString());
  }
  expect(found).toEqual(expected);
  expect(found.length).toBeGreaterThan(0);
});

test('a Sunday that is a 29 February comes too, however late', () => {
  const recurrence = { kind: 'cron', expression: '0 9 29 2 */7' } as const;
  const after = new Date(2033, 0, 1).getTime();
  expect(nextOccurrence(recurrence, after, after)).toBe(new Date(2060, 1, 29, 9).getTime());
});

test.each(['0 9 L * *', '0 9 15W * *', '0 9 * * 5L', '0 9 * * 1#2'])(
  'an Every that cron does not know is none: %s',
  (text) => {
    expect(parseRecurrence(text)).toBeNull();
  },
);
