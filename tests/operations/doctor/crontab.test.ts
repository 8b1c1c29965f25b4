import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { renderBlock } from '../../../lib/houses/crontab-block.ts';
import { loadHouse } from '../../../lib/houses/household.ts';
import { jobFiles } from '../../../lib/houses/job-files.ts';
import { linesOf } from '../../../lib/operations/crontab.ts';
import { type HealthyHousehold, healthyHousehold, houseYaml } from './household.ts';

/** Ezra's block as it is to be, every job fired now, and nobody else who looks after the house. */
async function scheduled(): Promise<HealthyHousehold> {
  const household = await healthyHousehold();
  const { root, paths, clock, write, unwatch } = household;
  write('crontab', renderBlock(root, 'ezra', linesOf(await loadHouse(root, 'ezra'))));
  unwatch('ezra');
  for (const job of [
    'dispatch',
    'task-monitor',
    'self-monitor',
    'progress-report',
    'heartbeat',
    'checkpoint',
  ] as const) {
    const { fired } = jobFiles(paths('ezra'), job);
    mkdirSync(dirname(fired), { recursive: true });
    writeFileSync(fired, '');
    utimesSync(fired, clock.now() / 1000, clock.now() / 1000);
  }
  return household;
}

/** Whether a daemon runs on this machine is not the test's to say. */
const messages = async ({ troubles }: HealthyHousehold): Promise<string[]> =>
  (await troubles())
    .map(({ level, wizard, name, message }) => `${level} ${wizard} ${name}: ${message}`)
    .filter((line) => !line.includes('no cron daemon runs'));

test('a house in the crontab is looked after', async () => {
  expect(await messages(await scheduled())).toEqual([]);
});

test('a line that does not fire is named, with its job', async () => {
  const household = await scheduled();
  household.clock.advance(24 * 3_600_000);
  expect(await messages(household)).toContainEqual(
    expect.stringMatching(/^fail ezra crontab: dispatch: has not fired since/),
  );
});

test('a line that somebody edited is named', async () => {
  const household = await scheduled();
  const { root, write } = household;
  const [first = '', ...rest] = linesOf(await loadHouse(root, 'ezra'));
  write('crontab', renderBlock(root, 'ezra', [first.replace('*/15', '*/55'), ...rest]));
  expect(await messages(household)).toEqual([
    'fail ezra crontab: dispatch: its line is not as house.yaml says',
    expect.stringMatching(/^fail ezra crontab: line \d+ of its block is not as house.yaml says$/),
  ]);
});

test('a line whose script is gone is named', async () => {
  const household = await scheduled();
  const { root, write } = household;
  const lines = linesOf(await loadHouse(root, 'ezra'));
  const dead = lines.map((line) => line.replace(/\S+tick\.sh/, '/nowhere/tick.sh'));
  write('crontab', renderBlock(root, 'ezra', dead));
  expect(await messages(household)).toContainEqual(
    expect.stringMatching(
      /^fail ezra crontab: line \d+ of its block starts \/nowhere\/tick\.sh, which is gone$/,
    ),
  );
});

test('a key in a variable is one that cron does not have', async () => {
  const household = await scheduled();
  const { write, environment, root } = household;
  environment['MODEL_KEY'] = 'sesame';
  const model = 'model: {endpoint: "http://127.0.0.1:1/v1", name: m, key: {env: MODEL_KEY}}';
  write(
    'wizards/ezra/house.yaml',
    houseYaml('ezra').replace('allow: [shell]', `allow: [shell], ${model}`),
  );
  expect(await messages(household)).toEqual([
    expect.stringMatching(/^warn ezra secrets: .*MODEL_KEY, which you have and cron does not/),
  ]);
  write('crontab', renderBlock(root, 'allegro', linesOf(await loadHouse(root, 'allegro'))));
  expect(await messages(household)).not.toContainEqual(expect.stringContaining('MODEL_KEY'));
});
