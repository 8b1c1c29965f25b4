import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobFiles } from '../../lib/houses/job-files.ts';
import { ALIVE } from '../support/alive.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';
import { type Ticker, ticker } from '../support/tick.ts';
import { until } from '../support/until.ts';

const QUEUE = `${task('T-1', 'exit 1', ['Status: DEFERRED']).replace('- **Status:** PENDING\n', '')}\nEnd.\n`;

/** A look within the second of a change is followed by one more. */
const TICKS = 40;

/** A house whose last tick was so quiet that the next one starts no Node. */
async function quietHouse(queue = QUEUE): Promise<TestHouse & Ticker> {
  const house = testHouse(queue);
  mkdirSync(house.paths.inbox, { recursive: true });
  const made = { ...house, ...ticker(house.root, house.name) };
  for (let ticks = 0; ticks < TICKS; ticks++) {
    const { status, stdout, stderr } = await made.tick('dispatch');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    if (made.starts() === 0) return made;
  }
  throw new Error('it never came to rest');
}

async function startsAfter(house: TestHouse & Ticker, change: () => unknown): Promise<number> {
  await change();
  await house.tick('dispatch');
  return house.starts();
}

test('an idle house costs no Node, however often cron fires', async () => {
  const house = await quietHouse();
  const { fired } = jobFiles(house.paths, 'dispatch');
  for (let ticks = 0; ticks < 3; ticks++) {
    utimesSync(fired, 0, 0);
    expect(await house.tick('dispatch')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(statSync(fired).mtimeMs).toBeGreaterThan(Date.now() - 3_600_000);
  }
  expect(house.starts()).toBe(0);
});

// As /bin/sh a system may have any of them.
const SHELLS = ['/bin/sh', 'bash', 'ksh', 'mksh', 'zsh', 'busybox'].filter(
  (shell) => spawnSync(shell, shell === 'busybox' ? ['sh', '-c', ''] : ['-c', '']).status === 0,
);

test.each([...SHELLS, null])('read by %s it sees what there is to see', async (shell) => {
  const house = await quietHouse();
  const common = join(house.root, 'robed.yaml');
  const starts = async () => {
    const ended = await house.tick('dispatch', { shell });
    expect(ended).toEqual({ status: 0, stdout: '', stderr: '' });
    return house.starts();
  };
  expect(await starts()).toBe(0);
  writeFileSync(common, '');
  utimesSync(common, 1e9, 1e9);
  expect(await starts()).toBe(1);
  while ((await starts()) > 0);
  rmSync(common);
  expect(await starts()).toBe(1);
  while ((await starts()) > 0);
  renameSync(house.paths.queue, `${house.paths.queue}.gone`);
  expect((await house.tick('dispatch', { shell })).status).toBe(1);
  expect(house.starts()).toBe(1);
});

test('a house whose queue stands elsewhere costs no Node either, and each save wakes it', async () => {
  const house = await quietHouse();
  const elsewhere = join(house.root, 'my queue.md');
  renameSync(house.paths.queue, elsewhere);
  const settings = readFileSync(house.paths.settings, 'utf8');
  const there = settings.replace('adopted: true', `adopted: true, path: '${elsewhere}'`);
  expect(there).not.toBe(settings);
  writeFileSync(house.paths.settings, there);
  const rest = async () => {
    for (let ticks = 0; ticks < TICKS; ticks++) {
      expect((await house.tick('dispatch')).stderr).toBe('');
      if (house.starts() === 0) return;
    }
    throw new Error('it never came to rest');
  };
  await rest();
  expect(await startsAfter(house, () => writeFileSync(elsewhere, `${QUEUE}more`))).toBe(1);
  await rest();
  expect(await startsAfter(house, () => utimesSync(elsewhere, 1e9, 1e9))).toBe(1);
});

// Cron fires for all houses at once: a message comes while this one has just looked.
test.each(SHELLS)('what comes in the second of the last look wakes %s', async (shell) => {
  const house = await quietHouse();
  const { since } = jobFiles(house.paths, 'dispatch');
  await until('it sleeps', async () => {
    await house.tick('dispatch', { shell });
    return house.starts() === 0;
  });
  const looked = Math.floor((statSync(since).mtimeMs + 2) / 1000);
  utimesSync(house.paths.inbox, looked + 0.999, looked + 0.999);
  await house.tick('dispatch', { shell });
  expect(house.starts()).toBe(1);
});

describe('Node is started again by', () => {
  const save = (path: string, text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  test.each<[string, (house: TestHouse) => unknown]>([
    ['a save in place', ({ paths }) => writeFileSync(paths.queue, `${QUEUE}more`)],
    ['a save by rename', ({ paths }) => save(paths.queue, `${QUEUE}more`)],
    [
      'a queue that is put back with an older time',
      ({ paths }) => {
        copyFileSync(paths.queue, `${paths.queue}.old`);
        utimesSync(`${paths.queue}.old`, 1e9, 1e9);
        renameSync(`${paths.queue}.old`, paths.queue);
      },
    ],
    ['a queue that is gone', ({ paths }) => renameSync(paths.queue, `${paths.queue}.gone`)],
    ['a trigger', ({ paths }) => writeFileSync(join(paths.work, 'T-9.active'), '')],
    ['a report', ({ paths }) => writeFileSync(join(paths.completed, 'T-9.txt'), 'x')],
    ['a message', ({ paths }) => writeFileSync(join(paths.inbox, 'm.md'), 'x')],
    [
      'other settings',
      ({ paths }) => writeFileSync(paths.settings, readFileSync(paths.settings, 'utf8')),
    ],
    ['settings of the household', ({ root }) => writeFileSync(join(root, 'robed.yaml'), '')],
    [
      'settings that are put back with an older time',
      ({ paths }) => {
        copyFileSync(paths.settings, `${paths.settings}.old`);
        utimesSync(`${paths.settings}.old`, 1e9, 1e9);
        renameSync(`${paths.settings}.old`, paths.settings);
      },
    ],
    [
      'settings of the household with an older time',
      ({ root }) => {
        writeFileSync(join(root, 'robed.yaml.new'), '');
        utimesSync(join(root, 'robed.yaml.new'), 1e9, 1e9);
        renameSync(join(root, 'robed.yaml.new'), join(root, 'robed.yaml'));
      },
    ],
    [
      'a command of a person',
      async ({ root }) => {
        const { status, stderr } = await launched(root, ['retry', 'T-1']);
        expect(status, stderr).toBe(0);
      },
    ],
    [
      'a time that has come',
      ({ paths }) => {
        const { quiet } = jobFiles(paths, 'dispatch');
        const now = Date.now() / 1000 - 60;
        utimesSync(quiet, now, now);
      },
    ],
    [
      'a clock that was put back',
      ({ paths }) => {
        const later = Date.now() / 1000 + 86_400;
        utimesSync(join(paths.logs, 'cron', '.dispatch.since'), later, later);
      },
    ],
  ])('%s', async (_, change) => {
    const house = await quietHouse();
    expect(await startsAfter(house, () => change(house))).toBe(1);
  });

  test('an hour gone by: the stamp never promises more', async () => {
    const { paths } = await quietHouse();
    const until = statSync(jobFiles(paths, 'dispatch').quiet).mtimeMs;
    expect(until).toBeGreaterThan(Date.now());
    expect(until).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });
});

test.each(['kill -9 $$', 'exit 1'])(
  'a tick that ends by %s before it looked is made up for',
  async (end) => {
    const house = await quietHouse();
    writeFileSync(house.paths.queue, `${QUEUE}more`);
    await ticker(house.root, house.name, end).tick('dispatch');
    expect(house.starts()).toBe(1);
    expect(await startsAfter({ ...house, ...ticker(house.root, house.name) }, () => {})).toBe(1);
  },
);

test('an open run is looked at by each tick, whatever an earlier one promised', async () => {
  const house = await quietHouse();
  writeFileSync(house.paths.queue, QUEUE + task('T-2', 'true', ['Body: external']));
  for (let ticks = 0; ticks < 5; ticks++) await house.tick('dispatch');
  expect(house.starts()).toBe(5);
});

test('a tick that is typed always looks, and leaves no stamp', async () => {
  const house = testHouse(QUEUE);
  const { quiet, places } = jobFiles(house.paths, 'dispatch');
  for (let ticks = 0; ticks < 3; ticks++) await launched(house.root, ['dispatch']);
  expect(statSync(quiet, { throwIfNoEntry: false })).toBeUndefined();
  expect(statSync(places, { throwIfNoEntry: false })).toBeUndefined();
});

test('a house that works is not quiet', async () => {
  // It also ends with the house, which may be gone before it looks.
  const wait = `while ${ALIVE} && test -e ../house.yaml && ! test -e ../go; do sleep 0.05; done`;
  const queue = task('T-1', wait);
  const house = testHouse(queue);
  const { tick, starts } = ticker(house.root, house.name);
  for (let ticks = 0; ticks < 5; ticks++) await tick('dispatch');
  expect(starts()).toBe(5);
  writeFileSync(join(house.paths.house, 'go'), '');
});
