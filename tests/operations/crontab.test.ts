import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { renderBlock } from '../../lib/houses/crontab-block.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { installCrontab, linesOf, uninstallCrontab } from '../../lib/operations/crontab.ts';
import { fakeCrontab } from '../support/crontab.ts';
import { testHouse } from '../support/household.ts';

const MINE = '# mine \xe9\r\n\n\t0 3 * * *\ttrue';

function scene(text: string | null = MINE) {
  const house = testHouse('');
  const crontab = fakeCrontab(house.root);
  if (text !== null) crontab.save(text);
  let now = systemClock.now();
  const clock = { ...systemClock, now: () => (now += 1) };
  const options = { clock, environment: crontab.environment };
  return {
    ...house,
    crontab,
    options,
    install: () => installCrontab(house.root, house.name, options),
    uninstall: () => uninstallCrontab(house.root, house.name, options),
    block: async () =>
      renderBlock(house.root, house.name, linesOf(await loadHouse(house.root, house.name))),
    backups: () =>
      existsSync(join(house.root, 'logs'))
        ? readdirSync(join(house.root, 'logs')).filter((name) => name.startsWith('crontab.'))
        : [],
  };
}

test('a block is put in and taken out, and the other lines stay byte for byte', async () => {
  const { crontab, install, uninstall, block } = scene();
  await install();
  expect(crontab.text()).toBe(`${MINE}\n${await block()}`);
  await uninstall();
  expect(crontab.text()).toBe(`${MINE}\n`);
});

test('where nothing changes nothing is written', async () => {
  const { crontab, install, uninstall, backups } = scene();
  await uninstall();
  await install();
  crontab.calls();
  const kept = backups();
  expect(await install()).toMatchObject({ before: expect.anything() });
  expect(crontab.calls()).toEqual(['-l']);
  expect(backups()).toEqual(kept);
});

test('a dry run says what would change, and changes nothing', async () => {
  const { crontab, options, root, name, backups } = scene();
  const { before, after } = await installCrontab(root, name, { ...options, dryRun: true });
  expect(after.length).toBeGreaterThan(before.length);
  expect(crontab.text()).toBe(MINE);
  expect(backups()).toEqual([]);
});

test('where there is no crontab yet there is one then', async () => {
  const { crontab, install, block } = scene(null);
  await install();
  expect(crontab.text()).toBe(await block());
});

describe('nothing is written where the crontab is not known for sure', () => {
  test.each([
    ['it can’t be read', 'if [ "$1" = -l ]; then echo "you are not allowed" >&2; exit 1; fi'],
    ['it fails without a word', 'if [ "$1" = -l ]; then exit 1; fi'],
    ['it fails after some lines', 'if [ "$1" = -l ]; then echo "0 3 * * * x"; exit 1; fi'],
    [
      'it says more than that there is none',
      'if [ "$1" = -l ]; then echo "no crontab for me" >&2; echo "disk on fire" >&2; exit 1; fi',
    ],
  ])('%s', async (_, script) => {
    const { crontab, install, uninstall } = scene();
    crontab.before(script);
    await expect(install()).rejects.toThrow('nothing was written');
    await expect(uninstall()).rejects.toThrow('nothing was written');
    expect(crontab.text()).toBe(MINE);
    expect(crontab.calls()).not.toContain('-');
  });

  test('its markers do not pair', async () => {
    const { crontab, install } = scene();
    const torn = `${MINE}\n# <<< robed: ezra <<<\n`;
    crontab.save(torn);
    await expect(install()).rejects.toThrow('line 4 of the crontab');
    expect(crontab.text()).toBe(torn);
    expect(crontab.calls()).not.toContain('-');
  });
});

test('a save between reading and writing is not lost', async () => {
  const { crontab, install, block } = scene('first\n');
  // The third reading is the one right before the write.
  crontab.before(
    'n=$(cat "$tab.n" 2>/dev/null); echo "$n"x >"$tab.n"; [ "$n" != xx ] || echo saved >>"$tab"',
  );
  await install();
  expect(crontab.text()).toBe(`first\nsaved\n${await block()}`);
});

test('a crontab that reads otherwise than it was written is told', async () => {
  const { crontab, install } = scene();
  crontab.before('if [ "$1" = - ]; then cat >/dev/null; exit 0; fi');
  await expect(install()).rejects.toThrow('reads otherwise than it was written');
});

test('what crontab(1) refuses is told in its words', async () => {
  const { crontab, install } = scene();
  crontab.before('if [ "$1" = - ]; then cat >/dev/null; echo "bad minute" >&2; exit 1; fi');
  await expect(install()).rejects.toThrow('bad minute');
  expect(crontab.text()).toBe(MINE);
});

test('the last ten crontabs are kept, for their owner only', async () => {
  const { root, install, uninstall, backups } = scene();
  for (let round = 0; round < 7; round++) {
    await install();
    await uninstall();
  }
  const kept = backups().sort();
  expect(kept).toHaveLength(10);
  const newest = join(root, 'logs', kept.at(-1) as string);
  expect(readFileSync(newest, 'latin1')).toContain('>>> robed: ezra');
  expect(statSync(newest).mode & 0o777).toBe(0o600);
});

test('two houses put in at the same time both are', async () => {
  const { root, crontab, options, install } = scene('');
  testHouse('', { root, name: 'bezalel' });
  await Promise.all([install(), installCrontab(root, 'bezalel', options)]);
  expect(crontab.text()).toContain('>>> robed: ezra');
  expect(crontab.text()).toContain('>>> robed: bezalel');
});
