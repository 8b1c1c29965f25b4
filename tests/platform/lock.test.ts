import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { self } from '../../lib/platform/identity.ts';
import { acquireLock, type Lock } from '../../lib/platform/lock.ts';
import { leftovers, scratch } from './scratch.ts';

const request = { what: 'test', clock: systemClock };
const lockPath = () => join(scratch(), 'start');

/** What a holder that was SIGKILLed leaves behind. */
function leaveLock(path: string, identity: object): void {
  mkdirSync(`${path}.lock`);
  writeFileSync(`${path}.holder`, JSON.stringify({ identity, what: 'start', since: 1 }));
}

test('one holds it, the next is told who, and after the release it is free', async () => {
  const path = lockPath();
  const lock = (await acquireLock(path, request)) as Lock;
  expect(lock.lost).toBe(false);
  const second = await acquireLock(path, request);
  expect(second).toMatchObject({ heldBy: { identity: self(), what: 'test' } });
  lock.release();
  lock.release();
  expect(leftovers(join(path, '..'))).toEqual(['start.guard']);
  ((await acquireLock(path, request)) as Lock).release();
});

test('one that can’t be opened is said in words, with its file', async () => {
  const path = lockPath();
  mkdirSync(`${path}.guard`);
  await expect(acquireLock(path, request)).rejects.toMatchObject({
    name: 'UserError',
    file: `${path}.guard`,
  });
});

test('a dead holder loses it at once', async () => {
  const path = lockPath();
  leaveLock(path, { ...self(), start: '1' });
  const lock = await acquireLock(path, request);
  expect(lock).toMatchObject({ lost: false });
  (lock as Lock).release();
});

test('a living holder keeps it, however long its heart has stood still', async () => {
  const path = lockPath();
  leaveLock(path, self());
  utimesSync(`${path}.lock`, 1, 1);
  expect(await acquireLock(path, request)).toMatchObject({ heldBy: { what: 'start' } });
});

test('a holder without a name keeps it until its heart has stood still', async () => {
  const path = lockPath();
  mkdirSync(`${path}.lock`);
  expect(await acquireLock(path, request)).toEqual({ heldBy: null });
  writeFileSync(`${path}.holder`, 'torn {');
  expect(await acquireLock(path, request)).toEqual({ heldBy: null });
  utimesSync(`${path}.lock`, 1, 1);
  const lock = await acquireLock(path, request);
  expect(lock).toMatchObject({ lost: false });
  (lock as Lock).release();
});

test('a lock that somebody takes away is told, and nothing is thrown', async () => {
  const path = lockPath();
  const onLost = vi.fn();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const lock = (await acquireLock(path, { ...request, onLost })) as Lock;
  rmSync(`${path}.lock`, { recursive: true });
  vi.advanceTimersByTime(5000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(lock.lost).toBe(true), { timeout: 60_000 });
  expect(onLost).toHaveBeenCalledOnce();
  lock.release();
});

test('of many takers after a dead holder, one wins', async () => {
  for (let round = 0; round < 3; round += 1) {
    const path = lockPath();
    leaveLock(path, { ...self(), start: '1' });
    const takers = Array.from({ length: 6 }, () => take(path));
    const answers = await Promise.all(takers);
    expect(answers.filter((answer) => answer === 'won')).toHaveLength(1);
  }
});

/** A process that asks for the lock, says what came of it, and keeps what it got. */
function take(path: string) {
  const script = fileURLToPath(new URL('taker.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return once(child.stdout, 'data').then(([data]) => String(data));
}
