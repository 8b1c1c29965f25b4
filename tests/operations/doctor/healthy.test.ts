import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKS } from '../../../lib/operations/doctor/registry.ts';
import { healthyHousehold } from './household.ts';

test('in a healthy household every check is ok, for the household and for each house', async () => {
  const { look, troubles } = await healthyHousehold();
  expect(await troubles()).toEqual([]);
  const looked = (await look()).map(({ name, wizard }) => `${wizard} ${name}`).sort();
  const expected = CHECKS.flatMap(({ of, name }) =>
    of === 'household' ? [`null ${name}`] : [`allegro ${name}`, `ezra ${name}`],
  );
  expect(looked).toEqual(expected.sort());
});

test('a house that was never started has nothing missing, and is not furnished by a look', async () => {
  const { write, paths, look } = await healthyHousehold();
  write('wizards/bezalel/house.yaml', 'schedule: {checkpoint: false}\n');
  const found = (await look(['bezalel'])).filter(({ level }) => level !== 'ok');
  expect(found.filter(({ name }) => name !== 'ticks')).toEqual([]);
  expect(readdirSync(paths('bezalel').house)).toEqual(['house.yaml']);
});

test('a look changes nothing, whether or not a database is open', async () => {
  const { root, look } = await healthyHousehold();
  const before = fingerprint(root);
  await look();
  expect(fingerprint(root)).toEqual(before);
});

/** Every file with its mode, size, time and bytes. */
function fingerprint(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.endsWith('.watcher.lock'))
    .sort()
    .map((path) => {
      const { mode, size, mtimeMs } = lstatSync(join(root, path));
      const bytes = (mode & 0o170000) === 0o100000 ? readFileSync(join(root, path)) : '';
      return `${path} ${mode} ${size} ${mtimeMs} ${createHash('sha256').update(bytes).digest('hex')}`;
    });
}
