import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { parseCron } from '../../lib/houses/cron-expression.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { onCalendar } from '../../lib/houses/systemd-calendar.ts';
import { systemdUnits } from '../../lib/houses/systemd-units.ts';
import { tickProgram } from '../../lib/operations/crontab.ts';
import { nextOccurrence } from '../../lib/operations/recurrence.ts';
import { task, testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';

const found = spawnSync('systemd-analyze', ['--version']).status === 0;
const possible = found || process.env['ROBED_NO_SKIPS'] === '1';
if (!possible) test.skip('systemd’s own checker (systemd-analyze is not installed)', () => {});

const START = Date.UTC(2026, 10, 21, 13, 7, 30);

// Cron and systemd both mean local time.
beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
});

/** The next times of an OnCalendar= expression after START, in UTC, as systemd has them. */
function systemdTimes(calendar: string, count: number): number[] {
  const { stdout, stderr, status } = spawnSync(
    'systemd-analyze',
    ['calendar', `--iterations=${count}`, `--base-time=@${START / 1000}`, calendar],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
  expect(status, stderr).toBe(0);
  const times = stdout.matchAll(/(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ (\S+) (\S+) UTC/g);
  return [...times].map(([, day, time]) => Date.parse(`${day}T${time}Z`));
}

function cronTimes(expression: string, count: number): number[] {
  const times: number[] = [];
  for (let at: number | null = START; at !== null && times.length < count; ) {
    at = nextOccurrence({ kind: 'cron', expression }, at, at);
    if (at !== null) times.push(at);
  }
  return times;
}

test
  .runIf(possible)
  .each([
    '*/15 * * * *',
    '0 * * * *',
    '5,20,40-45 */6 * * *',
    '0 9-17/2 * * mon-fri',
    '30 4 1,15 * *',
    '0 0 * 1,jun *',
    '0 12 * * 0,7',
    '15 10 */5 * *',
    '0 0 29 2 *',
    '10 3 1,15 * 5',
    '59 23 31 * *',
  ])('systemd rings when cron would: %s', (expression) => {
  const fields = parseCron(expression);
  if (typeof fields === 'string') throw new Error(fields);
  const calendars = onCalendar(fields);
  const rings = [...new Set(calendars.flatMap((calendar) => systemdTimes(calendar, 8)))];
  const expected = cronTimes(expression, 8);
  expect(rings.sort((a, b) => a - b).slice(0, expected.length)).toEqual(expected);
});

test.runIf(possible)('systemd takes every unit, whatever the path of the household', async () => {
  const { root } = testHouse('', { name: 'plain' });
  const odd = join(root, 'my "house" 100% $HOME');
  testHouse(task('T-1', 'echo 1'), {
    root: odd,
    settings: 'queue: {adopted: true}\nschedule: {checkpoint: "0 3 1 * mon"}\n',
  });
  const units = join(root, 'units');
  const { status, stderr } = await launched(odd, ['systemd', 'install', '--dir', units]);
  expect(status, stderr).toBe(0);
  const names = readdirSync(units);
  expect(names).toHaveLength(15);
  const runtime = join(root, 'runtime');
  mkdirSync(runtime);
  const verified = spawnSync(
    'systemd-analyze',
    ['--user', '--man=no', 'verify', ...names.map((name) => join(units, name))],
    { encoding: 'utf8', env: { ...process.env, XDG_RUNTIME_DIR: runtime, HOME: root } },
  );
  expect(verified.stderr + verified.stdout).toBe('');
  expect(verified.status).toBe(0);
});

test.runIf(possible).each(["o'brien", '$HOME', 'a "b"', '100%'])(
  'systemd finds a Node at %s',
  async (folder) => {
    const { root } = testHouse('');
    const node = join(root, folder, 'node');
    mkdirSync(join(root, folder));
    symlinkSync(process.execPath, node);
    const programs = { tick: tickProgram(), start: [node, '/robed.js', 'start', '--root', root] };
    const unit = systemdUnits(await loadHouse(root, 'ezra'), 'robed-ezra', programs).at(-1);
    const path = join(root, unit?.name ?? '');
    writeFileSync(path, unit?.text ?? '');
    const verified = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', path], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: root, HOME: root },
    });
    expect(verified.stderr + verified.stdout).toBe('');
    expect(verified.status).toBe(0);
  },
);

test.runIf(possible)('systemd’s checker tells a unit that is wrong', () => {
  const { root } = testHouse('');
  const unit = join(root, 'robed-x.service');
  writeFileSync(unit, '[Service]\nExecStart=/nowhere/at/all\n');
  const { stderr, status } = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', unit], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: root, HOME: root },
  });
  expect(readFileSync(unit, 'utf8')).toContain('nowhere');
  expect(status).not.toBe(0);
  expect(stderr).toContain('/nowhere/at/all');
});
