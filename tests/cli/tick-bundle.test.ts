import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { writeWarmScript } from '../../scripts/bundle/tick-script.ts';
import { testHouse } from '../support/household.ts';

/** Name of the script in use, and of its cache but for their ends. */
const nameIn = (dist: string, bundle = 'tick'): string =>
  new RegExp(`${bundle}-[0-9a-f]{16}`).exec(
    readFileSync(join(dist, `${bundle}.js`), 'utf8'),
  )?.[0] ?? '';

const node = (...argv: string[]) => spawnSync(process.execPath, argv, { encoding: 'utf8' });

test.each(['tick', 'start'])(
  '%s starts with what V8 compiled of it when it was built',
  (bundle) => {
    const dist = join(packageRoot(), 'dist');
    const path = join(dist, nameIn(dist, bundle));
    const said = node(
      '-p',
      `const read = require('fs').readFileSync;
    new vm.Script(read('${path}.cjs', 'latin1'), { cachedData: read('${path}.cache') }).cachedDataRejected`,
    );
    expect(said).toMatchObject({ stdout: 'false\n', stderr: '' });
  },
);

test.each([
  ['cut off', (path: string) => truncateSync(path, 5000)],
  ['empty', (path: string) => truncateSync(path, 0)],
  ['of zeros', (path: string) => writeFileSync(path, Buffer.alloc(500_000))],
])('a cache that is %s is done without', (_, damage) => {
  const root = packageRoot();
  const checkout = mkdtempSync(join(tmpdir(), 'tick-bundle-'));
  for (const name of ['package.json', 'scripts', 'migrations', 'templates', 'dist']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  damage(join(checkout, 'dist', `${nameIn(join(checkout, 'dist'))}.cache`));
  const house = testHouse('### T-1: One\n- **Status:** DEFERRED\n');
  expect(
    node(join(checkout, 'scripts', 'robed.js'), 'dispatch', '--root', house.root),
  ).toMatchObject({ status: 0, stdout: 'ezra: read the queue for the first time\n', stderr: '' });
});

test('no text meets the cache of another, also where both are of one length', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const names = [1, 2].map((result) => {
    const folder = mkdtempSync(join(tmpdir(), 'tick-script-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tick.cjs'), `module.exports = { main: () => ${result} };`);
    writeWarmScript(folder, 'tick');
    expect(readdirSync(folder)).toContain(`${nameIn(folder)}.cjs`);
    return { folder, name: nameIn(folder) };
  });
  expect(names[0]?.name).not.toBe(names[1]?.name);
  // What could not be warmed up runs all the same.
  expect(warn).toHaveBeenCalledTimes(2);
  const { main } = await import(join(names[1]?.folder ?? '', 'tick.js'));
  expect(main()).toBe(2);
});

test('what a tick imports on its way is no experiment, of which Node would warn', () => {
  // Markdown that the plain reader leaves to remark, which is a file of its own.
  const house = testHouse('### T-1: One\n- **Status:** PENDING\n\n> ```sh\n> true\n> ```\n', {
    settings: 'queue: {adopted: true}\nbodies: {allow: [shell]}\n',
  });
  const argv = ['dispatch', '--root', house.root, '--dry-run'];
  const said = spawnSync(process.execPath, [join(packageRoot(), 'scripts', 'robed.js'), ...argv], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: 'esm' },
  });
  expect(said.status).toBe(0);
  expect(said.stderr).toContain('packages/remark-');
  expect(said.stderr).not.toContain('Warning');
});
