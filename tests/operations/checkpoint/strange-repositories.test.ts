import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isGone, ownFiles } from '../../../lib/operations/checkpoint/own-files.ts';
import { houseWithRepository } from './house-repository.ts';

describe('no commit is made of nothing', () => {
  test('for a tab in a name', async () => {
    const house = await houseWithRepository();
    house.write('home/memories/a\tb.md', 'x');
    await house.checkpoint();
    expect(await house.checkpoint()).toMatchObject({ state: 'nothing' });
  });

  test('for a name that git passes over', async () => {
    const house = await houseWithRepository();
    house.write('home/memories/git~1', 'x');
    const { left } = await house.checkpoint();
    expect(left).toEqual([{ path: 'home/memories/git~1', why: expect.stringContaining('name') }]);
    expect(await house.checkpoint()).toMatchObject({ state: 'nothing' });
  });

  test('for a name that is no UTF-8, committed by a person and gone since', async () => {
    const house = await houseWithRepository();
    house.write('home/memories/plain', 'x');
    const named = `"$(printf 'home/memories/caf\\351')"`;
    execFileSync('sh', ['-c', `>${named} && git add -A . && git commit -qm mine && rm ${named}`], {
      cwd: house.folder,
    });
    expect(await house.checkpoint()).toMatchObject({ state: 'nothing' });
  });
});

test('whatever its name, a file is committed as it stands', async () => {
  const house = await houseWithRepository();
  const names = ['-rf', '"q"', "it's", 'a\\b', 'sp ace', '*', ':(top)x', 'é', '[a]', '!x', '#x'];
  for (const name of names) house.write(`home/memories/${name}`, name);
  await house.checkpoint();
  for (const name of names) {
    expect(house.git('cat-file', 'blob', `HEAD:home/memories/${name}`)).toBe(name);
  }
});

test('a page of the home that is gone goes', async () => {
  const house = await houseWithRepository();
  house.write('home/NOTES.md', 'x');
  house.write('PLAN.md', 'x');
  await house.checkpoint();
  rmSync(join(house.folder, 'home/NOTES.md'));
  rmSync(join(house.folder, 'PLAN.md'));
  expect(await house.checkpoint()).toMatchObject({ files: ['PLAN.md', 'home/NOTES.md'] });
});

test('a home that is a repository of its own stays what it is in the outer one', async () => {
  const house = await houseWithRepository();
  const inner = ['init -q -b main', 'add WORK-QUEUE.md', 'commit -qm inner'];
  for (const words of inner) execFileSync('git', words.split(' '), { cwd: house.paths.home });
  house.git('add', 'home');
  house.git('commit', '-qm', 'with a repository within');
  const before = house.git('ls-tree', 'HEAD', 'home');
  expect(before).toMatch(/^160000 commit/);
  expect(await house.checkpoint()).toMatchObject({ state: 'made', files: ['house.yaml'] });
  expect(house.git('ls-tree', 'HEAD', 'home')).toBe(before);
});

describe('what is a person’s in the index stays', () => {
  test('where git was told to leave files as they are', async () => {
    const house = await houseWithRepository();
    for (const name of ['skipped', 'assumed']) house.write(`home/memories/${name}`, 'x');
    await house.checkpoint();
    house.git('update-index', '--skip-worktree', 'home/memories/skipped');
    house.git('update-index', '--assume-unchanged', 'home/memories/assumed');
    for (const name of ['skipped', 'assumed']) house.write(`home/memories/${name}`, 'my own');
    const before = house.git('ls-files', '-v', 'home/memories');
    const { state, left } = await house.checkpoint();
    expect(state).toBe('nothing');
    expect(left.map(({ path }) => path)).toEqual([
      'home/memories/assumed',
      'home/memories/skipped',
    ]);
    expect(house.git('ls-files', '-v', 'home/memories')).toBe(before);
  });

  test('where a sparse checkout leaves files out: they are not gone', async () => {
    const house = await houseWithRepository();
    house.write('home/memories/old/x', 'x');
    await house.checkpoint();
    house.status();
    house.git('sparse-checkout', 'set', '--no-cone', '/*', '!/home/memories/old/');
    house.write('home/memories/new', 'x');
    expect(await house.checkpoint()).toMatchObject({ files: ['home/memories/new'] });
    expect(house.git('ls-files', '-v', 'home/memories/old')).toBe('S home/memories/old/x');
  });

  for (const [what, staged, file] of [
    ['in a folder where a file stands now', 'home/notes.md/x', 'home/notes.md'],
    ['as a file where a folder stands now', 'home/memories/n', 'home/memories/n/x'],
  ] as const) {
    test(`where something is staged ${what}`, async () => {
      const house = await houseWithRepository();
      await house.checkpoint();
      house.write(staged, 'mine');
      house.git('add', staged);
      rmSync(join(house.folder, 'home', staged.split('/')[1] ?? ''), { recursive: true });
      house.write(file, 'another');
      const before = house.git('diff', '--cached');
      expect((await house.checkpoint()).left.map(({ path }) => path)).toEqual([file]);
      expect(house.git('diff', '--cached')).toBe(before);
    });
  }

  test('where a stash that was popped left a conflict', async () => {
    const house = await houseWithRepository();
    const all = (text: string) => {
      for (const name of ['a', 'b']) house.write(`home/memories/${name}`, text);
    };
    all('first\n');
    await house.checkpoint();
    all('mine\n');
    house.git('stash');
    all('yours\n');
    house.git('commit', '-qam', 'yours');
    expect(() => house.git('stash', 'pop')).toThrow();
    rmSync(join(house.folder, 'home/memories/a'));
    const before = house.git('ls-files', '-s', '-u');
    await house.checkpoint();
    expect(house.git('ls-files', '-s', '-u')).toBe(before);
  });

  test('where a dead git left the lock of the branch', async () => {
    const house = await houseWithRepository();
    await house.checkpoint();
    house.write('home/memories/a', 'x');
    writeFileSync(join(house.folder, '.git/refs/heads/main.lock'), '');
    await expect(house.checkpoint()).rejects.toMatchObject({ exitCode: 75 });
    expect(house.git('diff', '--cached', '--name-only')).toBe('');
  });
});

test('however much a person stages or takes away elsewhere, a checkpoint is made', async () => {
  const house = await houseWithRepository();
  await house.checkpoint();
  const modules = join(house.folder, 'workspace/node_modules');
  mkdirSync(modules, { recursive: true });
  const long = 'a-module-with-a-name-that-says-everything-which-there-is-to-be-said-of-it';
  for (let i = 0; i < 10_000; i++) writeFileSync(join(modules, `${long}-${i}.js`), '');
  house.git('add', 'workspace');
  house.write('home/memories/a', 'x');
  expect(await house.checkpoint()).toMatchObject({ files: ['home/memories/a'] });
  house.git('commit', '-qm', 'mine');
  rmSync(modules, { recursive: true });
  house.write('home/memories/b', 'x');
  expect(await house.checkpoint()).toMatchObject({ files: ['home/memories/b'] });
});

test.runIf(process.getuid?.() === 0)(
  'what another account closed is left out, and is not gone (needs root)',
  async () => {
    const house = await houseWithRepository();
    house.write('home/memories/open', 'x');
    house.write('home/memories/closed', 'x');
    house.write('home/memories/dark/x', 'x');
    execFileSync('chown', ['-R', '65534', house.root]);
    chmodSync(dirname(house.root), 0o711);
    for (const name of ['closed', 'dark']) {
      chmodSync(join(house.paths.home, 'memories', name), 0);
      chownSync(join(house.paths.home, 'memories', name), 0, 0);
    }
    process.seteuid?.(65534);
    try {
      const { files, left } = ownFiles(house.context.house);
      expect(files).toContain('home/memories/open');
      expect(left).toEqual(
        ['home/memories/closed', 'home/memories/dark'].map((path) => ({
          path,
          why: 'it can’t be read',
        })),
      );
      expect(isGone(house.folder, 'home/memories/dark/x')).toBe(false);
    } finally {
      process.seteuid?.(0);
    }
  },
);
