import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';

/** A checkout with the launcher, and a bundle that does as `main` says. */
function checkout({ main, pinned = true }: { main?: string; pinned?: boolean }): string {
  const root = mkdtempSync(join(tmpdir(), 'launcher-'));
  for (const name of ['robed.js', 'pinned-node.js']) {
    cpSync(join(packageRoot(), 'scripts', name), join(root, 'scripts', name));
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  // Pretends to be an older Node; the program that it starts is the real one again.
  writeFileSync(
    join(root, 'older.cjs'),
    `delete process.env.NODE_OPTIONS;
     Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });`,
  );
  if (main !== undefined) {
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'dist', 'robed.js'), `export async function main(argv) { ${main} }`);
  }
  if (pinned) {
    const bin = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
  }
  return root;
}

const older = (root: string) => ({
  ...process.env,
  NODE_OPTIONS: `--require ${join(root, 'older.cjs')}`,
});

const PRINTS = 'console.log(process.ppid, process.env.NODE_OPTIONS, ...argv); return 75;';

test('a recent Node runs the bundle itself, and its exit code is the command’s', () => {
  const root = checkout({ main: 'console.log(...argv); return 75;', pinned: false });
  const ran = spawnSync(process.execPath, ['scripts/robed.js', 'list', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(ran).toMatchObject({ status: 75, stdout: 'list --json\n', stderr: '' });
});

test('an older Node hands over to the pinned one', () => {
  const root = checkout({ main: PRINTS });
  const ran = spawnSync(process.execPath, ['scripts/robed.js', 'list'], {
    cwd: root,
    encoding: 'utf8',
    env: older(root),
  });
  expect(ran).toMatchObject({ status: 75, stdout: `${ran.pid} undefined list\n`, stderr: '' });
});

test('an older Node with no pinned one says what is needed', () => {
  const root = checkout({ main: PRINTS, pinned: false });
  const ran = spawnSync(process.execPath, ['scripts/robed.js'], {
    cwd: root,
    encoding: 'utf8',
    env: older(root),
  });
  expect(ran.status).toBe(78);
  expect(ran.stderr).toMatch(/^robed: Node 24 or later is needed.*\n {2}run `npm ci`/);
});

test('a signal goes on to the pinned Node, and how that ended is told', async () => {
  const root = checkout({
    main: `setInterval(() => {}, 1000);
      process.once('SIGTERM', () => { console.log('told'); process.kill(process.pid, 'SIGKILL'); });
      console.log('ready');
      return new Promise(() => {});`,
  });
  const child = spawn(process.execPath, ['scripts/robed.js'], { cwd: root, env: older(root) });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (said === 'ready\n') child.kill('SIGTERM');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ said, code }).toEqual({ said: 'ready\ntold\n', code: 137 });
});

test('a checkout that was never built says so', () => {
  const root = checkout({});
  const ran = spawnSync(process.execPath, ['scripts/robed.js'], { cwd: root, encoding: 'utf8' });
  expect(ran.status).toBe(78);
  expect(ran.stderr).toContain('run `npm run build`');
});
