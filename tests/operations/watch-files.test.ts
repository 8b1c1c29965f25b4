import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { watchFiles } from '../../lib/operations/watch-files.ts';
import { testHouse } from '../support/household.ts';

test('a folder made anew is known for another, though it has the number of the old one', async () => {
  const { paths } = testHouse('# Queue\n');
  for (const folder of [paths.work, paths.completed]) mkdirSync(folder);
  const watch = await watchFiles(paths, () => {}, console.error);
  onTestFinished(() => watch.close());
  expect(watch.isCurrent()).toBe(true);
  rmSync(paths.work, { recursive: true });
  mkdirSync(paths.work);
  expect(watch.isCurrent()).toBe(false);
});

/** Once with files to spare, so that all is loaded; then with none: what comes of that. */
const SCRIPT = (house: string) => `
import { closeSync, openSync } from 'node:fs';
const { watchFiles } = await import(${JSON.stringify(join(packageRoot(), 'lib/operations/watch-files.ts'))});
const { housePaths } = await import(${JSON.stringify(join(packageRoot(), 'lib/houses/paths.ts'))});
const paths = housePaths(${JSON.stringify(house)});
const watch = () => watchFiles(paths, () => {}, () => {});
await (await watch()).close();
const open = [];
try { for (;;) open.push(openSync('/dev/null', 'r')); } catch {}
const said = await watch().then(() => 'watched', ({ code }) => code);
for (const file of open) closeSync(file);
await (await watch()).close();
console.log(said);
`;

test.runIf(process.platform === 'linux')(
  'where no more files can be opened, that is an error, and the next try succeeds',
  () => {
    const { paths } = testHouse('# Queue\n');
    const argv = [process.execPath, '--input-type=module', '--eval', SCRIPT(paths.house)];
    const { stdout, stderr } = spawnSync(
      '/bin/sh',
      ['-c', 'ulimit -n 120; exec "$@"', 'sh', ...argv],
      {
        encoding: 'utf8',
        timeout: 30_000,
      },
    );
    expect(stdout, stderr).toBe('EMFILE\n');
  },
);
