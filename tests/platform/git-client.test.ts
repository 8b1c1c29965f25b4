import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { git } from '../../lib/platform/git-client.ts';
import { scratch } from './scratch.ts';

afterEach(() => vi.unstubAllEnvs());

const ME = ['-c', 'user.name=a', '-c', 'user.email=a@b'];

test('a repository’s hooks, signing and monitor run no program', async () => {
  const folder = scratch();
  await git(folder, ['init', '--quiet']);
  const hook = (name: string) => {
    const path = join(folder, '.git/hooks', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\ntouch ${folder}/ran-${name}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  hook('pre-commit');
  hook('post-commit');
  const monitor = hook('fsmonitor');
  await git(folder, ['config', 'core.fsmonitor', monitor]);
  await git(folder, ['config', 'commit.gpgSign', 'true']);
  writeFileSync(join(folder, 'a'), '');
  await git(folder, ['add', 'a']);
  const done = await git(folder, [...ME, 'commit', '--quiet', '-m', 'x']);
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  for (const name of ['pre-commit', 'post-commit', 'fsmonitor']) {
    expect(existsSync(join(folder, `ran-${name}`)), name).toBe(false);
  }
});

test('a parent’s GIT_DIR leads nowhere', async () => {
  const [mine, other] = [scratch(), scratch()];
  await git(mine, ['init', '--quiet']);
  await git(other, ['init', '--quiet']);
  vi.stubEnv('GIT_DIR', join(other, '.git'));
  vi.stubEnv('GIT_WORK_TREE', other);
  const { stdout } = await git(mine, ['rev-parse', '--show-toplevel']);
  expect(stdout.trim()).toBe(mine);
});

test('paths may come by standard input', async () => {
  const folder = scratch();
  await git(folder, ['init', '--quiet']);
  writeFileSync(join(folder, 'a b'), '');
  writeFileSync(join(folder, 'c'), '');
  const paths = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  await git(folder, ['add', ...paths], { input: 'a b\0' });
  expect((await git(folder, ['ls-files'])).stdout).toBe('a b\n');
});

test('without git that is told, not thrown', async () => {
  const folder = scratch();
  const { exitCode, code } = await git(folder, ['status'], { env: { PATH: folder } });
  expect([exitCode, code]).toEqual([null, 'ENOENT']);
});
