import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createExclusive, writeAtomic } from '../../lib/platform/atomic-write.ts';
import { armFaults, atStep, systemError } from '../../lib/platform/faults.ts';
import { ensureDirectory, moveFile, removeIfExists } from '../../lib/platform/files.ts';
import { self } from '../../lib/platform/identity.ts';
import { hashOf, readSnapshot } from '../../lib/platform/snapshot.ts';
import { sweepTemporaries, temporaryName } from '../../lib/platform/temp-files.ts';
import { leftovers, scratch } from './scratch.ts';

afterEach(() => armFaults(null));

const permissions = (path: string) => statSync(path).mode & 0o7777;
const steps = (work: () => unknown): string[] => {
  const seen: string[] = [];
  armFaults((operation) => seen.push(operation));
  try {
    work();
  } finally {
    armFaults(null);
  }
  return seen;
};

test('writeAtomic makes a private file and replaces it whole', () => {
  const file = join(scratch(), 'a.txt');
  writeAtomic(file, 'one');
  expect(permissions(file)).toBe(0o600);
  writeAtomic(file, Buffer.from('two'));
  expect(readFileSync(file, 'utf8')).toBe('two');
});

test('writeAtomic keeps the mode of the file that it replaces', () => {
  const file = join(scratch(), 'a.txt');
  writeFileSync(file, 'one');
  chmodSync(file, 0o640);
  writeAtomic(file, 'two', { mode: 0o600 });
  expect(permissions(file)).toBe(0o640);
});

test.skipIf(process.getuid?.() !== 0)('root leaves a file to its owner (needs root)', () => {
  const file = join(scratch(), 'a.txt');
  writeFileSync(file, 'one');
  chownSync(file, 1234, 5678);
  writeAtomic(file, 'two');
  expect(statSync(file)).toMatchObject({ uid: 1234, gid: 5678 });
});

test('writeAtomic writes through a symlink, also one whose target is not there yet', () => {
  const folder = scratch();
  mkdirSync(join(folder, 'real'));
  for (const name of ['there', 'new']) symlinkSync(join('real', name), join(folder, name));
  writeFileSync(join(folder, 'real', 'there'), 'old');
  for (const name of ['there', 'new']) {
    writeAtomic(join(folder, name), name);
    expect(readFileSync(join(folder, 'real', name), 'utf8')).toBe(name);
  }
  expect(leftovers(folder, 'real', 'there', 'new')).toEqual([]);
});

test('writeAtomic syncs the bytes before the rename and the folder after it', () => {
  const folder = scratch();
  const order = steps(() => writeAtomic(join(folder, 'a'), 'x'));
  expect(order.filter((step) => step === 'fsync' || step === 'rename')).toEqual([
    'fsync',
    'rename',
    'fsync',
  ]);
});

test('whatever step of writeAtomic fails, the old or the new file is whole and nothing lies about', () => {
  const folder = scratch();
  const file = join(folder, 'a');
  writeFileSync(file, 'old');
  const total = steps(() => writeAtomic(file, 'old')).length;
  for (let at = 1; at <= total; at += 1) {
    armFaults(
      atStep(at, (operation, path) => {
        throw systemError('EIO', operation, path);
      }),
    );
    expect(() => writeAtomic(file, 'new'), `step ${at}`).toThrow('EIO');
    armFaults(null);
    expect(readFileSync(file, 'utf8')).toBe(at < total ? 'old' : 'new');
    expect(leftovers(folder, 'a')).toEqual([]);
  }
});

test('a missing folder is an error, or is made where that is asked for', () => {
  const file = join(scratch(), 'x', 'y', 'a');
  expect(() => writeAtomic(file, 'x')).toThrow('ENOENT');
  writeAtomic(file, 'x', { directoryMode: 0o700 });
  expect(permissions(join(file, '..'))).toBe(0o700);
});

test('createExclusive makes a file once', () => {
  const folder = scratch();
  const file = join(folder, 'a');
  expect(createExclusive(file, 'first')).toBe(true);
  expect(createExclusive(file, 'second')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(leftovers(folder, 'a')).toEqual([]);
});

test('readSnapshot tells bytes and hash, null for nothing, and refuses what is no file', () => {
  const folder = scratch();
  writeFileSync(join(folder, 'a'), 'text');
  symlinkSync('a', join(folder, 'link'));
  expect(readSnapshot(join(folder, 'link'))).toMatchObject({ hash: hashOf('text'), size: 4 });
  expect(readSnapshot(join(folder, 'none'))).toBeNull();
  expect(() => readSnapshot(folder)).toThrow('EISDIR');
});

test('readSnapshot does not wait on a pipe', () => {
  const pipe = join(scratch(), 'pipe');
  spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  expect(() => readSnapshot(pipe)).toThrow('EINVAL');
});

test('readSnapshot says EBUSY of a file that never holds still', async () => {
  const file = join(scratch(), 'a');
  writeFileSync(file, Buffer.alloc(4_000_000));
  const script = `
    const { openSync, writeSync } = require('node:fs');
    const file = openSync(process.argv[1], 'r+');
    for (let n = 0; ; n += 1) writeSync(file, String(n), 0);
  `;
  const writer = spawn(process.execPath, ['-e', script, file]);
  onTestFinished(() => void writer.kill('SIGKILL'));
  await vi.waitFor(() => expect(() => readSnapshot(file)).toThrow('EBUSY'), {
    timeout: 60_000,
    interval: 1,
  });
});

test('moveFile and removeIfExists do what they say', () => {
  const folder = scratch();
  ensureDirectory(join(folder, 'to', 'there'), 0o700);
  writeFileSync(join(folder, 'a'), 'x');
  moveFile(join(folder, 'a'), join(folder, 'to', 'there', 'b'));
  expect(leftovers(folder, 'to')).toEqual([]);
  expect(removeIfExists(join(folder, 'to', 'there', 'b'))).toBe(true);
  expect(removeIfExists(join(folder, 'to', 'there', 'b'))).toBe(false);
});

test('ensureDirectory syncs every folder that got a new name, and leaves what is there', () => {
  const folder = scratch();
  const synced: string[] = [];
  armFaults((operation, path) => {
    if (operation === 'fsync') synced.push(path);
  });
  ensureDirectory(join(folder, 'a', 'b'), 0o700);
  expect(synced).toEqual([join(folder, 'a'), folder]);
  chmodSync(join(folder, 'a'), 0o750);
  ensureDirectory(join(folder, 'a'), 0o700);
  expect(permissions(join(folder, 'a'))).toBe(0o750);
  expect(synced).toHaveLength(2);
});

test('sweepTemporaries removes only half-written files, and only of the dead', () => {
  const folder = scratch();
  const { pid, start } = self();
  const live = temporaryName(join(folder, 'a'), 'tmp');
  const ours = `${pid}-${start}`;
  const dead = live.replace(ours, `${pid}-${start}1`);
  const swap = dead.replace('robed-tmp', 'robed-swap');
  const foreign = join(folder, '.a.swp');
  for (const path of [live, dead, swap, foreign]) writeFileSync(path, 'x');
  expect(sweepTemporaries(folder)).toEqual([dead]);
  expect([live, swap, foreign].every(existsSync)).toBe(true);
  expect(sweepTemporaries(join(folder, 'none'))).toEqual([]);
});
