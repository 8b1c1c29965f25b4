import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { jobFiles } from '../../lib/houses/job-files.ts';
import type { ScheduledJob } from '../../lib/houses/settings.ts';
import { installCrontab } from '../../lib/operations/crontab.ts';
import { checkCrontab } from '../../lib/operations/crontab-check.ts';
import { installUnits } from '../../lib/operations/systemd.ts';
import { fakeCrontab } from '../support/crontab.ts';
import { task, testHouse } from '../support/household.ts';

const SETTINGS = `queue: {adopted: true}
schedule: {self-monitor: false, progress-report: false, heartbeat: false, checkpoint: false}
`;

/** A house with its two lines in the crontab. */
async function scene() {
  const house = testHouse(task('T-1', 'echo 1'), { settings: SETTINGS });
  const crontab = fakeCrontab(house.root);
  crontab.save('# mine\n');
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const options = { clock, environment: crontab.environment, replay: false, booted: 0 };
  await installCrontab(house.root, house.name, options);
  const check = (more = {}) =>
    checkCrontab(house.root, [house.name], { ...options, ...more }).then((found) =>
      // Whether a cron runs here is the machine's affair.
      found.filter(
        ({ message }) => !message.includes('cron daemon') && !/^cron\b[^b]*$/.test(message),
      ),
    );
  return {
    ...house,
    crontab,
    options,
    check,
    failures: async (more = {}) =>
      (await check(more))
        .filter(({ ok }) => !ok)
        .map(({ job, line, message }) => ({ job, line, message })),
    pass(ms: number) {
      ahead += ms;
    },
    mark(job: ScheduledJob, suffix: 'fired' | 'exit', at: number, text = '') {
      const path = jobFiles(house.paths, job)[suffix];
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, at / 1000, at / 1000);
    },
  };
}

const HOUR = 3_600_000;

test('lines as house.yaml says are fine, also before they first fired', async () => {
  const { check, mark } = await scene();
  const now = Math.floor(Date.now());
  mark('dispatch', 'fired', now);
  expect(await check()).toMatchObject([
    { wizard: 'ezra', job: 'dispatch', line: 4, lastFired: now, ok: true, fix: '' },
    { wizard: 'ezra', job: 'task-monitor', line: 5, lastFired: null, ok: true, fix: '' },
  ]);
});

test('our own lines are replayed as cron would run them, with --dry-run and nothing else', async () => {
  const { check, failures, crontab, queue, paths } = await scene();
  const before = queue();
  expect((await check({ replay: true })).map(({ ok, message }) => [ok, message])).toEqual([
    [true, 'in place'],
    [true, 'in place'],
  ]);
  expect(queue()).toBe(before);
  expect(jobFiles(paths, 'dispatch').folder).toContain('cron');
  // A line that somebody changed is told of, and never run.
  const canary = join(paths.house, 'canary');
  crontab.save((crontab.text() ?? '').replace('set --', `touch ${canary}; set --`));
  const told = await failures({ replay: true });
  expect(told).toMatchObject([
    { job: 'dispatch', message: 'its line is not as house.yaml says' },
    { job: null, line: 4 },
  ]);
  expect(() => rmSync(canary)).toThrow('ENOENT');
});

test('a replay that fails says why', async () => {
  const { failures, options, paths } = await scene();
  const environment = { ...options.environment, HOME: '/nowhere/at/all' };
  expect(await failures({ replay: true, environment })).toMatchObject([
    { job: 'dispatch', message: expect.stringContaining('/nowhere/at/all does not exist') },
    { job: 'task-monitor' },
  ]);
  writeFileSync(paths.queue, '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n');
  renameSync(paths.settings, `${paths.settings}.gone`);
  writeFileSync(paths.settings, SETTINGS.replace('adopted', 'adoptedd'));
  expect(await failures({ replay: true })).toMatchObject([
    { job: null, message: expect.stringContaining('adoptedd') },
  ]);
});

describe('a line that does not fire is told', () => {
  test('once two of its times and a while have gone by', async () => {
    const { failures, mark, pass } = await scene();
    const fired = Date.now();
    mark('dispatch', 'fired', fired);
    mark('task-monitor', 'fired', fired + 2 * HOUR);
    expect(await failures()).toEqual([]);
    pass(14 * 60_000);
    expect(await failures()).toEqual([]);
    pass(HOUR);
    expect(await failures()).toMatchObject([
      { job: 'dispatch', message: expect.stringContaining('has not fired since') },
    ]);
  });

  test('where it never has, since it was installed', async () => {
    const { failures, pass } = await scene();
    pass(2 * HOUR);
    expect(await failures()).toMatchObject([
      { job: 'dispatch', message: 'has never fired' },
      { job: 'task-monitor', message: 'has never fired' },
    ]);
  });

  test('but not for the time that the machine was off', async () => {
    const { failures, mark } = await scene();
    mark('dispatch', 'fired', 1e12);
    mark('task-monitor', 'fired', 1e12);
    expect(await failures()).toHaveLength(2);
    expect(await failures({ booted: Date.now() - 60_000 })).toEqual([]);
  });
});

test('lines as an earlier Robed wrote them go on', async () => {
  const { check, crontab } = await scene();
  crontab.save((crontab.text() ?? '').replaceAll(/set -- (.*); \. "\$1"/g, '/bin/sh $1'));
  expect(crontab.text()).toContain('* /bin/sh /');
  expect(await check({ replay: true })).toMatchObject([
    { ok: true, job: 'dispatch' },
    { ok: true, job: 'task-monitor' },
  ]);
});

test('lines that cron’s shell can’t read are told', async () => {
  const { failures, crontab, root, name, options } = await scene();
  crontab.save(`SHELL=/usr/bin/fish\n${crontab.text()}`);
  expect(await failures()).toContainEqual({
    job: 'dispatch',
    line: null,
    message: 'its line is not as house.yaml says',
  });
  await installCrontab(root, name, options);
  expect(await failures()).toEqual([]);
});

test('a job whose last run failed is told, one that found somebody at work is not', async () => {
  const { failures, mark } = await scene();
  mark('dispatch', 'exit', Date.now(), '1\n');
  mark('task-monitor', 'exit', Date.now(), '75\n');
  expect(await failures()).toMatchObject([
    { job: 'dispatch', message: 'its last run ended with exit code 1' },
  ]);
});

test('the scripts of old on the same queue are told by their line', async () => {
  const { failures, crontab, paths } = await scene();
  const old = `*/15 * * * * python3 ${paths.house}/dispatch.py`;
  crontab.save(`${old}\n${crontab.text()}`);
  expect(await failures()).toEqual([
    { job: null, line: 1, message: expect.stringContaining('two dispatchers share a queue') },
  ]);
});

test('a block is told whose house, household or installation is gone', async () => {
  const { failures, crontab, root } = await scene();
  const text = crontab.text() ?? '';
  crontab.save(text.replaceAll('ezra', 'gone'));
  expect(await failures()).toMatchObject([
    { job: null, line: 2, message: expect.stringContaining('where no house is') },
    { job: null, line: null, message: 'it has no block in the crontab' },
  ]);
  crontab.save(`${text.replaceAll(root, '/nowhere/at/all')}${text}`);
  expect(await failures()).toMatchObject([
    { line: 2, message: expect.stringContaining('no house is') },
  ]);
  crontab.save(text.replaceAll(/\/\S*tick\.sh/g, '/nowhere/tick.sh'));
  expect((await failures()).map(({ message }) => message)).toContain(
    'line 4 of its block starts /nowhere/tick.sh, which is gone',
  );
});

test('a crontab that can’t be read, or whose markers do not pair, is one failure', async () => {
  const { failures, crontab } = await scene();
  crontab.save(`${crontab.text()}# <<< robed: ezra <<<\n`);
  expect(await failures()).toMatchObject([{ message: expect.stringContaining('line 7') }]);
  crontab.before('echo broken >&2; exit 1');
  expect(await failures()).toMatchObject([{ message: expect.stringContaining('broken') }]);
});

test('a house that systemd runs needs no block, and one that both run is told', async () => {
  const { failures, crontab, options, root, name, check } = await scene();
  await installUnits(root, name, { environment: options.environment });
  expect(await failures()).toMatchObject([{ message: 'cron and systemd both run its jobs' }]);
  crontab.save('');
  expect(await check()).toMatchObject([{ ok: true, message: 'its jobs are run by systemd' }]);
});
