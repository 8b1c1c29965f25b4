import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  checkUnits,
  installUnits,
  seeUnits,
  uninstallUnits,
  unitsOf,
  wizardsWithUnits,
} from '../../lib/operations/systemd.ts';
import { testHouse } from '../support/household.ts';

/** A house, and a systemctl that answers as `script` does and notes what it was told. */
function scene(script: string) {
  const house = testHouse('');
  const bin = join(house.root, 'bin');
  const calls = join(house.root, 'calls');
  mkdirSync(bin);
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >>'${calls}'\n${script}\n`);
  chmodSync(join(bin, 'systemctl'), 0o755);
  const environment = { HOME: house.root, PATH: `${bin}:/usr/bin:/bin` };
  const options = { environment };
  const dir = join(house.root, '.config', 'systemd', 'user');
  return {
    ...house,
    dir,
    options,
    install: () => installUnits(house.root, house.name, options),
    uninstall: () => uninstallUnits(house.root, house.name, options),
    told: () => (existsSync(calls) ? readFileSync(calls, 'utf8') : ''),
    names: () => readdirSync(dir).sort(),
  };
}

test('units are written, switched on, and taken away again', async () => {
  const { install, uninstall, told, names } = scene('exit 0');
  expect((await install()).commands).toEqual([]);
  expect(names()).toHaveLength(15);
  expect(told()).toContain('--user --no-pager daemon-reload\n');
  expect(told()).toMatch(/enable --now robed-ezra-dispatch\.timer .* robed-ezra-queue\.path\n/);
  expect(told()).not.toMatch(/enable .*robed-ezra\.service/);
  expect((await uninstall()).removed).toHaveLength(15);
  expect(told()).toMatch(/disable --now .*robed-ezra-dispatch\.timer/);
  expect(names()).toEqual([]);
});

test('what is as it should be is not written again', async () => {
  const { install, root, name, options } = scene('exit 0');
  await install();
  expect(await install()).toMatchObject({ written: [], removed: [] });
  expect((await seeUnits(root, name, options)).map(({ state }) => state)).not.toContain('differs');
});

test('a job that is switched off loses its units', async () => {
  const { install, paths, names, told } = scene('exit 0');
  await install();
  writeFileSync(paths.settings, 'schedule: {heartbeat: false}\n');
  expect((await install()).removed).toEqual([
    'robed-ezra-heartbeat.service',
    'robed-ezra-heartbeat.timer',
  ]);
  expect(names()).not.toContain('robed-ezra-heartbeat.timer');
  expect(told()).toMatch(/disable --now .*robed-ezra-heartbeat\.timer/);
});

test('where systemd can’t be told, it is said what to type', async () => {
  const { install, uninstall, names, dir } = scene('exit 1');
  expect((await install()).commands).toEqual([
    'systemctl --user daemon-reload',
    expect.stringMatching(/^systemctl --user enable --now robed-ezra-dispatch\.timer /),
  ]);
  expect(names()).toHaveLength(15);
  expect((await uninstall()).commands).toHaveLength(2);
  expect(readdirSync(dir)).toEqual([]);
});

test('a dry run writes nothing and tells systemd nothing', async () => {
  const { root, name, options, dir, told } = scene('exit 0');
  const { written } = await installUnits(root, name, { ...options, dryRun: true });
  expect(written).toHaveLength(15);
  expect(existsSync(dir)).toBe(false);
  expect(told()).toBe('');
});

test('units that are not this house’s are never touched', async () => {
  const { install, uninstall, dir, names } = scene('exit 0');
  const other = testHouse('');
  mkdirSync(dir, { recursive: true });
  const mine = '[Service]\nExecStart=/mine\n';
  writeFileSync(join(dir, 'robed-mine.service'), mine);
  const options = { environment: { HOME: other.root, PATH: '/nowhere' }, dir };
  await installUnits(other.root, other.name, options);
  const theirs = names();
  // The same wizard of another household: names of their own.
  await install();
  expect(names()).toHaveLength(theirs.length + 15);
  expect(
    names().filter((name) => /^robed-ezra-[0-9a-f]{8}-dispatch\.timer$/.test(name)),
  ).toHaveLength(1);
  expect(await install()).toMatchObject({ written: [], removed: [] });
  await uninstall();
  expect(names()).toEqual(theirs);
  expect(readFileSync(join(dir, 'robed-mine.service'), 'utf8')).toBe(mine);
  expect(unitsOf(other.root, other.name, options.environment, dir)).toHaveLength(15);
});

test('check tells what is missing, changed by hand, or switched off', async () => {
  const { install, root, name, options, dir } = scene(
    '[ "$3$5" != is-activerobed-ezra-queue.path ]',
  );
  const failures = async () =>
    (await checkUnits(root, name, options))
      .filter(({ ok }) => !ok)
      .map(({ unit, message, fix }) => `${unit}: ${message}${fix === '' ? '' : ' (fix)'}`);
  expect(await failures()).toHaveLength(15);
  await install();
  expect(await failures()).toEqual(['robed-ezra-queue.path: installed, and switched off (fix)']);
  writeFileSync(
    join(dir, 'robed-ezra-dispatch.timer'),
    readFileSync(join(dir, 'robed-ezra-dispatch.timer'), 'utf8').replace('AccuracySec=1s', ''),
  );
  expect(await failures()).toHaveLength(2);
});

test('units of a house that is gone are still found, and taken away', async () => {
  const { install, uninstall, root, options, paths, names } = scene('exit 0');
  await install();
  rmSync(paths.house, { recursive: true });
  expect(wizardsWithUnits(root, options)).toEqual(['ezra']);
  await uninstall();
  expect(names()).toEqual([]);
});

test.each(["it's", 'Weird Name'])(
  'a house called %s gets no unit: it can be none’s name',
  async (name) => {
    const { root, options, dir } = scene('exit 0');
    testHouse('', { root, name });
    await expect(installUnits(root, name, options)).rejects.toThrow('letters, digits');
    expect(existsSync(dir)).toBe(false);
  },
);
