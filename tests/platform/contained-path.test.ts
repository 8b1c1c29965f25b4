import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { containedPath } from '../../lib/platform/contained-path.ts';
import { scratch } from './scratch.ts';

function workspace(): string {
  const root = join(scratch(), 'workspace');
  mkdirSync(join(root, 'out'), { recursive: true });
  return root;
}

test('a relative path below the root is allowed, whether or not it exists', () => {
  const root = workspace();
  for (const path of ['a.txt', 'out/b', './out/../c', 'new/deep/d', '..e', 'out/']) {
    expect(containedPath(root, path), path).toEqual({
      ok: true,
      path: join(root, path).replace(/\/$/, ''),
    });
  }
});

test('a path that leaves the root is refused', () => {
  const root = workspace();
  for (const path of [
    '..',
    '../x',
    '../workspace/x',
    'out/../../x',
    '/etc/passwd',
    '',
    ' ',
    '.',
    'a\0b',
    `${root}/a`,
  ]) {
    expect(containedPath(root, path), path).toMatchObject({ ok: false });
  }
});

test('a path that leaves through a symlink is refused, also a dangling one', () => {
  const root = workspace();
  const outside = scratch();
  symlinkSync(outside, join(root, 'link'));
  symlinkSync(join(outside, 'none'), join(root, 'dangling'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('out', join(root, 'inside'));
  for (const path of ['link', 'link/x', 'link/new/x', 'dangling', 'dangling/x', 'loop']) {
    expect(containedPath(root, path), path).toMatchObject({ ok: false });
  }
  expect(containedPath(root, 'inside/x')).toMatchObject({ ok: true });
});

test('a path below a file is refused', () => {
  const root = workspace();
  writeFileSync(join(root, 'file'), '');
  expect(containedPath(root, 'file/x')).toMatchObject({ ok: false });
});

test('a neighbour whose name begins like the root is outside', () => {
  const root = workspace();
  mkdirSync(`${root}-2`);
  symlinkSync(`${root}-2`, join(root, 'link'));
  expect(containedPath(root, 'link/x')).toMatchObject({ ok: false });
});

test('below a root that is not there yet, what does not leave by its name is inside', () => {
  const root = join(scratch(), 'nowhere', 'workspace');
  expect(containedPath(root, 'a/b.txt')).toEqual({ ok: true, path: join(root, 'a/b.txt') });
  expect(containedPath(root, '../b.txt').ok).toBe(false);
});
