import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { settleRuns } from '../../lib/operations/settle-run.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const claimed = async (fields: string[] = []): Promise<Bench> => {
  const house = await bench(outside('T-1', fields));
  await house.dispatch();
  return house;
};

const quarantined = (house: Bench) => readdirSync(house.paths.quarantine);

/** All that a report could have changed. */
const standing = (house: Bench) => ({
  queue: house.queue(),
  record: house.record('T-1'),
  runs: house.runs(),
});

const forged = (run: string, text = 'forged') =>
  `---\ntask: T-1\nrun: ${run}\nstatus: COMPLETE\n---\n${text}\n`;

test('a report with another run goes to quarantine and changes nothing', async () => {
  const house = await claimed();
  const before = standing(house);
  house.leaveReport('T-1', forged('20200101T000000-abcdefgh'), { keepTrigger: true });
  await house.monitor();
  expect(standing(house)).toEqual(before);
  expect(quarantined(house)).toEqual(['T-1.txt']);
  expect(house.events()).toContain('report.quarantined');
});

test('a report with another run is no report, also where the trigger is gone', async () => {
  const house = await claimed(['Attempts: 1']);
  house.leaveReport('T-1', forged('20200101T000000-abcdefgh'));
  house.advance(6000);
  await house.monitor();
  expect(house.status('T-1')).toBe('FAILED');
  expect(quarantined(house)).toEqual(['T-1.txt']);
});

test('a late report of an earlier attempt changes nothing', async () => {
  const house = await claimed();
  const first = house.run('T-1');
  house.leaveReport('T-1', reportOf(first, 'FAILED'));
  house.advance(1000);
  await house.monitor();
  house.advance(1000);
  await house.dispatch();
  const second = house.run('T-1');
  expect(second.attempt).toBe(2);
  expect(second.fence).toBeGreaterThan(first.fence);
  const before = standing(house);
  house.leaveReport('T-1', reportOf(first, 'COMPLETE', 'late'), { keepTrigger: true });
  await house.monitor();
  expect(standing(house)).toEqual(before);
  expect(quarantined(house)).toHaveLength(1);
});

test('a second report after the settled one changes nothing, and the true one stands again', async () => {
  const house = await claimed();
  const run = house.run('T-1');
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'true words'));
  await house.monitor();
  const truth = house.report('T-1');
  writeFileSync(reportPath(house.paths, 'T-1'), forged('20200101T000000-abcdefgh'));
  await house.monitor();
  expect(house.report('T-1')).toBe(truth);
  expect(quarantined(house)).toEqual(['T-1.txt']);
  expect(house.events('T-1').filter((type) => type === 'task.completed')).toHaveLength(1);
});

test('the settled run’s own report, sent once more, changes nothing', async () => {
  const house = await claimed();
  const run = house.run('T-1');
  house.leaveReport('T-1', reportOf(run, 'REVIEW', 'look at it'));
  await house.monitor();
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'I approve of myself'), { keepTrigger: true });
  await house.monitor();
  expect(house.status('T-1')).toBe('REVIEW');
  expect(house.events('T-1')).not.toContain('task.completed');
});

test('a report for a task that nobody runs goes to quarantine, with or without front matter', async () => {
  const house = await bench(outside('T-1', ['Not before: 2100-01-01']));
  await house.dispatch();
  for (const text of ['done\n', forged('20200101T000000-abcdefgh')]) {
    writeFileSync(reportPath(house.paths, 'T-1'), text);
    await house.monitor();
    expect(existsSync(reportPath(house.paths, 'T-1'))).toBe(false);
  }
  expect(house.status('T-1')).toBe('PENDING');
  expect(quarantined(house)).toHaveLength(2);
});

test('a report that names the live run of another task is not believed', async () => {
  const house = await bench(outside('T-1') + outside('T-2'), {
    settings: 'queue: {adopted: true}\nconcurrency: 2\nbodies: {allow: [external]}\n',
  });
  await house.dispatch();
  house.leaveReport('T-2', reportOf(house.run('T-1'), 'COMPLETE'), { keepTrigger: true });
  await house.monitor();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
  expect(quarantined(house)).toEqual(['T-2.txt']);
});

test('a trigger that somebody made goes to quarantine and runs nothing', async () => {
  const house = await bench('');
  const trigger =
    '---\ntask: T-9\nrun: 20200101T000000-abcdefgh\nfence: 1\nattempt: 1\nbody: shell\n---\n```sh\ntouch ran\n```\n';
  writeFileSync(triggerPath(house.paths, 'T-9'), trigger);
  await house.dispatch();
  expect(quarantined(house)).toEqual(['T-9.active']);
  expect(house.runs()).toEqual([]);
  expect(existsSync(join(house.paths.workspace, 'ran'))).toBe(false);
});

test('a copy of a live trigger under another task’s name holds that task back from nothing', async () => {
  const house = await bench(outside('T-1') + outside('T-2'), {
    settings: 'queue: {adopted: true}\nconcurrency: 2\nbodies: {allow: [external]}\n',
  });
  house.edit(
    '### T-2: Task T-2\n- **Status:** PENDING',
    '### T-2: Task T-2\n- **Status:** DEFERRED',
  );
  await house.dispatch();
  writeFileSync(triggerPath(house.paths, 'T-2'), house.trigger('T-1'));
  house.edit('DEFERRED', 'PENDING');
  await house.dispatch();
  expect(house.run('T-2').state).toBe('running');
  expect(house.trigger('T-2')).toContain(`run: ${house.run('T-2').run}`);
});

test('a body’s output can’t pass for a report of its own making', async () => {
  const house = await bench(
    task('T-1', `cat >"$ROBED_REPORT" <<'END'\n${forged('x')}END\nexit 1`, ['Attempts: 1']),
  );
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  expect(house.report('T-1')).toContain('status: FAILED');
  expect(quarantined(house)).toEqual(['T-1.txt']);
});

test('a report that is no text, or enormous, ends nothing but its own run', async () => {
  const house = await claimed(['Attempts: 1']);
  writeFileSync(reportPath(house.paths, 'T-1'), Buffer.alloc(6 * 1024 * 1024, 0xff));
  await house.monitor();
  expect(house.status('T-1')).toBe('IN_PROGRESS');
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE', 'x'.repeat(6 * 1024 * 1024)));
  await house.monitor();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(readFileSync(reportPath(house.paths, 'T-1')).length).toBeLessThan(7 * 1024 * 1024);
});

test('the settled run’s own report, sent once more, does not take the place of the proved one', async () => {
  const house = await claimed(['Verify: `false`', 'Attempts: 1']);
  const run = house.run('T-1');
  house.leaveReport('T-1', reportOf(run, 'COMPLETE'));
  await house.monitor();
  const truth = house.report('T-1');
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'believe me'), { keepTrigger: true });
  await house.monitor();
  expect(house.report('T-1')).toBe(truth);
  expect(quarantined(house)).toEqual(['T-1.txt']);
});

test('settling once more does not touch what a later run reported', async () => {
  const house = await claimed();
  const first = house.run('T-1');
  house.leaveReport('T-1', reportOf(first, 'FAILED'));
  await house.monitor();
  house.advance(1000);
  await house.dispatch();
  const words = reportOf(house.run('T-1'), 'COMPLETE', 'of the second');
  house.leaveReport('T-1', words, { keepTrigger: true });
  expect(settleRuns(house.context)).toEqual([]);
  expect(house.report('T-1')).toBe(words);
});
