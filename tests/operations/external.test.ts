import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';

async function claimed(fields: string[] = [], id = 'T-1'): Promise<Bench> {
  const house = await bench(outside(id, fields));
  await house.dispatch();
  return house;
}

const quarantined = (house: Bench) => readdirSync(house.paths.quarantine);

test('the trigger is all that an agent needs', async () => {
  const house = await claimed([
    'Verify: `true`',
    'Produces: `a.txt`',
    'Timeout: 5m',
    'Colour: blue',
  ]);
  const run = house.run('T-1');
  const trigger = house.trigger('T-1');
  for (const line of [
    'task: T-1',
    'title: Task T-1',
    `run: ${run.run}`,
    'attempt: 1',
    'attempts: 3',
    'timeout: 300s',
    `workspace: ${house.paths.workspace}`,
    `report: ${reportPath(house.paths, 'T-1')}`,
    '- a.txt',
    'colour: blue',
  ])
    expect(trigger).toContain(line);
  expect(trigger).toMatch(/verify:\n\s+- "?true"?/);
  expect(
    trigger.endsWith(
      `\n---\n${outside('T-1', ['Verify: `true`', 'Produces: `a.txt`', 'Timeout: 5m', 'Colour: blue']).trimEnd()}\n`,
    ),
  ).toBe(true);
});

test('a report that names the run ends it, whether or not the trigger is gone', async () => {
  const house = await claimed();
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE', 'The token is rotated.'), {
    keepTrigger: true,
  });
  await house.monitor();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(house.report('T-1')).toContain('The token is rotated.');
  expect(existsSync(triggerPath(house.paths, 'T-1'))).toBe(false);
  expect(house.events('T-1')).toEqual([
    'task.created',
    'task.assigned',
    'task.started',
    'task.completed',
  ]);
});

test('a report without front matter counts once the trigger is gone, and not before', async () => {
  const house = await claimed();
  house.leaveReport('T-1', 'All done, said the agent.\n', { keepTrigger: true });
  await house.monitor();
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  expect(quarantined(house)).toEqual([]);
  rmSync(triggerPath(house.paths, 'T-1'));
  await house.monitor();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(house.report('T-1')).toContain('All done, said the agent.');
});

describe('a report that says', () => {
  for (const [said, becomes] of [
    ['BLOCKED', 'BLOCKED'],
    ['REVIEW', 'REVIEW'],
    ['FAILED', 'PENDING'],
    ['COMPLETE', 'COMPLETE'],
    ['banana', 'PENDING'],
  ] as const) {
    test(`${said} makes the task ${becomes}`, async () => {
      const house = await claimed();
      house.leaveReport('T-1', reportOf(house.run('T-1'), said));
      await house.monitor();
      expect(house.status('T-1')).toBe(becomes);
      expect(house.report('T-1')).toContain('This is what came of it.');
    });
  }

  test('COMPLETE is held against the checks', async () => {
    const house = await claimed(['Verify: `test -e made`', 'Attempts: 1']);
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
    await house.monitor();
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('This is what came of it.');
    expect(house.report('T-1')).toContain('`test -e made` exited 1');
  });

  test('nothing at all is a failure', async () => {
    const house = await claimed(['Attempts: 1']);
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE', ''));
    await house.monitor();
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.report('T-1')).toContain('the report is empty');
  });
});

test('a trigger taken away without a report is a failed attempt, after five seconds of grace', async () => {
  const house = await claimed(['Attempts: 1']);
  rmSync(triggerPath(house.paths, 'T-1'));
  await house.monitor();
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  house.advance(5001);
  await house.monitor();
  expect(house.status('T-1')).toBe('FAILED');
  expect(house.report('T-1')).toContain('no report was left');
});

test('a report that somebody is still writing is not read yet', async () => {
  const house = await claimed();
  const path = reportPath(house.paths, 'T-1');
  const whole = reportOf(house.run('T-1'), 'COMPLETE', 'first half, second half');
  const file = openSync(path, 'w');
  writeSync(file, whole.slice(0, -12));
  await house.monitor();
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  writeSync(file, whole.slice(-12));
  closeSync(file);
  await house.monitor();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(house.report('T-1')).toContain('first half, second half');
});

test('what is not reported on within its time is shown as suspect, and neither ended nor given away', async () => {
  const house = await claimed(['Timeout: 1m']);
  const { run } = house.run('T-1');
  house.advance(61_000);
  await house.dispatch();
  expect(viewHouse(house.context).needsYou).toMatchObject([{ code: 'suspect', task: 'T-1' }]);
  expect(house.run('T-1').run).toBe(run);
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
  await house.monitor();
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('a report by way of `<report>.tmp` leaves nothing strange behind', async () => {
  const house = await claimed();
  const path = reportPath(house.paths, 'T-1');
  writeFileSync(`${path}.tmp`, reportOf(house.run('T-1'), 'COMPLETE'));
  await house.monitor();
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  renameSync(`${path}.tmp`, path);
  await house.monitor();
  expect(readdirSync(house.paths.completed)).toEqual(['T-1.txt']);
  expect(quarantined(house)).toEqual([]);
  expect(readFileSync(path, 'utf8')).toContain('status: COMPLETE');
});
