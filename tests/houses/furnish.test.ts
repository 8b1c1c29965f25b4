import { existsSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { furnishHouse } from '../../lib/houses/furnish.ts';
import { findHousehold, houseNames, loadHouse } from '../../lib/houses/household.ts';
import { testHouse } from '../support/household.ts';

test('a first start fills in what a house lacks and touches nothing that is there', async () => {
  const { root, name, paths } = testHouse('# Mine\n');
  const house = await loadHouse(root, name);
  furnishHouse(house, { first: true });
  expect(readFileSync(paths.queue, 'utf8')).toBe('# Mine\n');
  for (const folder of [
    paths.work,
    paths.completed,
    paths.archive,
    paths.quarantine,
    paths.history,
    paths.workspace,
    paths.logs,
  ]) {
    expect(statSync(folder).isDirectory()).toBe(true);
  }
  expect(statSync(paths.work).mode & 0o777).toBe(0o700);
  expect(furnishHouse(house, { first: true })).toEqual([]);
});

test('a house without a queue gets one from its template, once', async () => {
  const { root, name, paths } = testHouse('');
  unlinkSync(paths.queue);
  const house = await loadHouse(root, name);
  expect(furnishHouse(house, { first: true })).toContain('home/WORK-QUEUE.md');
  expect(readFileSync(paths.queue, 'utf8')).toContain(`Work queue of ${name}`);
  unlinkSync(paths.queue);
  furnishHouse(house, { first: false });
  expect(existsSync(paths.queue)).toBe(false);
});

test('a template that is not there is named, with the way out', async () => {
  const { root, name, paths } = testHouse('');
  writeFileSync(paths.settings, 'template: castle\n');
  const house = await loadHouse(root, name);
  expect(() => furnishHouse(house, { first: true })).toThrow('templates/castle');
});

test('a house is recognised by its house.yaml', () => {
  const { root, name } = testHouse('');
  mkdirSync(join(root, 'wizards', 'nobody'));
  mkdirSync(join(root, 'wizards', '.hidden'));
  writeFileSync(join(root, 'wizards', '.hidden', 'house.yaml'), '');
  expect(houseNames(root)).toEqual([name]);
});

test('the household is the flag’s, then ROBED_ROOT’s, then the one that one stands in', () => {
  const [a, b] = [testHouse('').root, testHouse('').root];
  expect(findHousehold(a, { ROBED_ROOT: b }, '/')).toBe(a);
  expect(findHousehold(undefined, { ROBED_ROOT: b }, '/')).toBe(b);
  expect(findHousehold(undefined, {}, join(a, 'wizards', 'ezra'))).toBe(a);
  expect(() => findHousehold(join(a, 'wizards'), {}, '/')).toThrow('expected a household');
});
