import { existsSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LockOptions } from 'proper-lockfile';
import type { Clock } from '../core/clock.ts';
import { errorCode, UserError } from '../core/errors.ts';
import { writeAtomic } from './atomic-write.ts';
import { step } from './faults.ts';
import { ensureDirectory, removeIfExists } from './files.ts';
import { liveness, type ProcessIdentity, self } from './identity.ts';
import { readSnapshot } from './snapshot.ts';
import { sweepTemporaries } from './temp-files.ts';

export interface LockHolder {
  identity: ProcessIdentity;
  /** What it holds the lock for: `start`. */
  what: string;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface Lock {
  /** Somebody took the lock's folder away: commit nothing more under it. */
  lost: boolean;
  release(): void;
}

interface LockRequest {
  what: string;
  clock: Clock;
  /** Called once, from a timer, when the lock is lost. */
  onLost?: () => void;
}

/** Milliseconds after which a holder that cannot be looked up counts as gone. */
const STALE = 10_000;

/**
 * Takes the lock `path`, or says who has it (`heldBy: null`: somebody who left no name). A holder
 * that is proved dead loses it at once, one that is proved alive never. It keeps ticks from piling
 * up; what must be right stays right without it, by claims and fences.
 */
export async function acquireLock(
  path: string,
  request: LockRequest,
): Promise<Lock | { heldBy: LockHolder | null }> {
  // CommonJS: bundled, it has no named exports.
  const { lockSync } = (await import('proper-lockfile')).default;
  ensureDirectory(dirname(path), 0o700);
  return guarded(path, () => {
    const holder = readHolder(path);
    const state = holder ? liveness(holder.identity) : 'unknown';
    if (state === 'alive' && existsSync(`${path}.lock`)) return { heldBy: holder };
    if (state === 'dead') breakLock(path);
    const lock: Lock = { lost: false, release: () => {} };
    try {
      const unlock = lockSync(path, lockOptions(lock, request.onLost));
      lock.release = () => release(path, lock, unlock);
    } catch (error) {
      if (errorCode(error) === 'ELOCKED') return { heldBy: holder };
      throw error;
    }
    // Of one who died with its name half-written.
    sweepTemporaries(dirname(path));
    const { what, clock } = request;
    const mine: LockHolder = { identity: self(), what, since: clock.now() };
    writeAtomic(`${path}.holder`, `${JSON.stringify(mine)}\n`);
    return lock;
  });
}

/**
 * The same, asked for again every `retry` milliseconds for as long as `wait`; null where others had
 * it all that time.
 */
export async function awaitLock(
  path: string,
  request: LockRequest,
  { wait, retry, sleep }: { wait: number; retry: number; sleep: (ms: number) => Promise<unknown> },
): Promise<Lock | null> {
  for (let waited = 0; ; waited += retry) {
    const lock = await acquireLock(path, request);
    if ('release' in lock) return lock;
    if (waited >= wait) return null;
    await sleep(retry);
  }
}

/**
 * Lock and holder's name change together, one process at a time: by a lock of SQLite's, which the
 * kernel lets go of when its holder dies. (proper-lockfile's own takeover is rmdir, then mkdir: two
 * takers can both win.)
 */
function guarded<T>(path: string, fn: () => T): T {
  const guard = openGuard(`${path}.guard`);
  try {
    guard.exec('BEGIN IMMEDIATE');
    return fn();
  } finally {
    guard.close();
  }
}

function openGuard(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 5000 });
  } catch (cause) {
    const hint = 'see whether this user may write to it, and to its folder';
    throw new UserError('expected a lock that can be opened', { file, hint, cause });
  }
}

function lockOptions(lock: Lock, onLost: (() => void) | undefined): LockOptions {
  return {
    realpath: false,
    stale: STALE,
    onCompromised: () => {
      lock.lost = true;
      onLost?.();
    },
  };
}

function release(path: string, lock: Lock, unlock: () => void): void {
  if (lock.lost) return;
  lock.lost = true;
  guarded(path, () => {
    step('unlock', path);
    unlock();
    removeIfExists(`${path}.holder`);
  });
}

function breakLock(path: string): void {
  step('rmdir', path);
  try {
    rmdirSync(`${path}.lock`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Who took the lock last, as far as it left its name; it may be dead. */
export function readHolder(path: string): LockHolder | null {
  const found = readSnapshot(`${path}.holder`);
  if (!found) return null;
  try {
    const { identity, what, since } = JSON.parse(found.bytes.toString()) as LockHolder;
    return identity ? { identity, what, since } : null;
  } catch {
    return null;
  }
}
