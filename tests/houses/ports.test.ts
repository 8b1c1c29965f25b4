import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { portsInUse } from '../../lib/houses/ports.ts';
import { emptyHousehold } from '../support/empty-household.ts';

test('every port that a house lays claim to is listed, with where that is said', () => {
  const root = emptyHousehold();
  const house = join(root, 'wizards', 'ezra');
  mkdirSync(join(house, 'home'), { recursive: true });
  // Wrong elsewhere: what it holds is held all the same.
  writeFileSync(
    join(house, 'house.yaml'),
    'rolle: x\ngateway: {port: 8742}\nrobe: {port: 18909}\n',
  );
  writeFileSync(
    join(house, 'home/config.yaml'),
    'platforms: {api_server: {enabled: true, extra: {port: 8743}}}\n',
  );
  writeFileSync(join(house, 'home/.env'), 'API_SERVER_PORT=8744\n');
  mkdirSync(join(root, 'wizards', 'begun'));
  const begun = { version: 1, port: 8745, robe: null, queue: true };
  writeFileSync(join(root, 'wizards', 'begun', '.provisioning'), JSON.stringify(begun));
  expect(portsInUse(root)).toEqual([
    {
      wizard: 'begun',
      port: 8745,
      what: 'gateway',
      file: join(root, 'wizards/begun/.provisioning'),
    },
    { wizard: 'ezra', port: 8742, what: 'gateway', file: join(house, 'house.yaml') },
    { wizard: 'ezra', port: 18_909, what: 'robe', file: join(house, 'house.yaml') },
    { wizard: 'ezra', port: 8743, what: 'api_server', file: join(house, 'home/config.yaml') },
    { wizard: 'ezra', port: 8744, what: 'api_server', file: join(house, 'home/.env') },
  ]);
});

test('files that can’t be read hold no port', () => {
  const root = emptyHousehold();
  mkdirSync(join(root, 'wizards', 'ezra'));
  writeFileSync(join(root, 'wizards', 'ezra', 'house.yaml'), '{');
  writeFileSync(join(root, 'wizards', 'notes.md'), '');
  symlinkSync('/nowhere', join(root, 'wizards', 'gone'));
  expect(portsInUse(root)).toEqual([]);
  expect(portsInUse(join(root, 'wizards'))).toEqual([]);
});
