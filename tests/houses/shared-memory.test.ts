import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedMemory } from '../../lib/houses/shared-memory.ts';
import { testHouse } from '../support/household.ts';

function two() {
  const ezra = testHouse('');
  const timmy = testHouse('', { name: 'timmy', root: ezra.root });
  for (const { paths } of [ezra, timmy]) {
    mkdirSync(join(paths.home, 'memories'));
    writeFileSync(join(paths.home, 'memories', 'MEMORY.md'), '');
  }
  return { ezra, timmy, root: ezra.root };
}

test('houses of their own share nothing', () => {
  expect(sharedMemory(two().root)).toEqual([]);
});

test('a home that is a link to another house’s is shared memory', () => {
  const { ezra, timmy, root } = two();
  rmSync(timmy.paths.home, { recursive: true });
  symlinkSync(ezra.paths.home, timmy.paths.home);
  expect(sharedMemory(root)).toEqual([{ wizards: ['ezra', 'timmy'], path: ezra.paths.home }]);
});

test('one memory file under two names is shared memory', () => {
  const { ezra, timmy, root } = two();
  const [mine, theirs] = [ezra, timmy].map(({ paths }) =>
    join(paths.home, 'memories', 'MEMORY.md'),
  ) as [string, string];
  rmSync(theirs);
  linkSync(mine, theirs);
  expect(sharedMemory(root)).toEqual([{ wizards: ['ezra', 'timmy'], path: mine }]);
});

test('a start script that exports another house’s home is shared memory', () => {
  const { ezra, timmy, root } = two();
  const start = (home: string) =>
    writeFileSync(timmy.paths.startGateway, `#!/bin/sh\nexport HERMES_HOME="${home}"\nhermes\n`);
  start(timmy.paths.home);
  expect(sharedMemory(root)).toEqual([]);
  start(ezra.paths.home);
  expect(sharedMemory(root)).toEqual([{ wizards: ['ezra', 'timmy'], path: ezra.paths.home }]);
  start('$HOME/wherever');
  expect(sharedMemory(root)).toEqual([]);
});
