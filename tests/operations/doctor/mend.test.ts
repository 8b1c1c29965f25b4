import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mendAll } from '../../../lib/operations/doctor/mend.ts';
import { CHECKS } from '../../../lib/operations/doctor/registry.ts';
import { deadProcess } from '../../support/house.ts';
import { type HealthyHousehold, healthyHousehold, QUEUE } from './household.ts';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Every fault that `--fix` mends, in ezra's house. */
async function plantAll({ paths, write }: HealthyHousehold): Promise<void> {
  const ezra = paths('ezra');
  write('wizards/ezra/home/.env', `API_SERVER_KEY=${'e'.repeat(32)}\n`, 0o644);
  write('wizards/ezra/start-gateway.sh', `HERMES_HOME=${ezra.home} hermes gateway run\n`, 0o640);
  rmSync(ezra.completed, { recursive: true });
  write(`wizards/ezra/home/.SOUL.md.${deadProcess().pid}-1-0123456789ab.robed-tmp`, 'half');
  write(`wizards/ezra/home/.WORK-QUEUE.md.${deadProcess().pid}-1-0123456789ab.robed-swap`, QUEUE);
  mkdirSync(join(ezra.logs, '.gateway-start.lock'));
  const holder = { identity: deadProcess(), what: 'start the gateway', since: 0 };
  writeFileSync(join(ezra.logs, '.gateway-start.holder'), JSON.stringify(holder));
  write('token', '1:a', 0o644);
  write(
    'robed.yaml',
    'monitor: {disk: 0, memory: 0}\nalerts: {to: [{telegram: {chat: 1, token: {file: token}}}]}\n',
  );
}

test('--fix mends what is safe, tells each, and a second time finds nothing to mend', async () => {
  const household = await healthyHousehold();
  await plantAll(household);
  const found = await household.troubles();
  const mended = await mendAll(found, { dryRun: false });
  expect(mended.map(({ name, problem }) => `${name} ${problem}`).sort()).toEqual([
    'folders null',
    'household-permissions null',
    'leftovers null',
    'locks null',
    'permissions null',
    'start-script null',
  ]);
  const mending = CHECKS.filter(({ mends }) => mends).map(({ name }) => name);
  expect([...new Set(mended.map(({ name }) => name))].sort()).toEqual(mending.sort());

  const { home, env, startGateway, completed, logs } = household.paths('ezra');
  expect([mode(home), mode(env), mode(startGateway)]).toEqual(['700', '600', '700']);
  expect([existsSync(completed), existsSync(join(logs, '.gateway-start.lock'))]).toEqual([
    true,
    false,
  ]);
  // What may be a person's save is for the tick, which reads it first.
  const left = await household.troubles();
  expect(left.map(({ name, mend }) => [name, mend])).toEqual([['leftovers', null]]);
  expect(await mendAll(left, { dryRun: false })).toEqual([]);
});

test('a dry run says the same and changes nothing', async () => {
  const household = await healthyHousehold();
  await plantAll(household);
  const found = await household.troubles();
  expect(await mendAll(found, { dryRun: true })).toHaveLength(6);
  const again = await household.troubles();
  expect(again.map(({ name }) => name)).toEqual(found.map(({ name }) => name));
});

test('a link is never given other permissions, and a mending that fails costs the others nothing', async () => {
  const { paths, write, root, troubles } = await healthyHousehold();
  const outside = write('outside', 'x', 0o644);
  rmSync(paths('ezra').env);
  write('wizards/allegro/home/.env', `API_SERVER_KEY=${'a'.repeat(32)}\n`, 0o644);
  write('wizards/ezra/home/.env', `API_SERVER_KEY=${'e'.repeat(32)}\n`, 0o644);
  const found = await troubles();
  rmSync(paths('allegro').env);
  symlinkSync(outside, paths('allegro').env);
  const mended = await mendAll(found, { dryRun: false });
  expect(mended.map(({ wizard, problem }) => [wizard, problem])).toEqual([
    ['allegro', expect.stringContaining('ELOOP')],
    ['ezra', null],
  ]);
  expect([mode(outside), mode(join(root, 'wizards/ezra/home/.env'))]).toEqual(['644', '600']);
});
