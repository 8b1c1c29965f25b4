import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nativeFunction } from './native.ts';

/** flock(2): exclusive, without waiting in the kernel. */
const LOCK_EX_NB = 2 | 4;

/** Milliseconds between two tries, and how many: then it goes on without, as where there are no such locks. */
const RETRY_MS = 10;
const TRIES = 3000;

/**
 * `fn` while nobody else is in here for the same folder. The kernel holds the lock on the folder
 * itself, so nothing lies about and nobody holds it who is dead.
 */
export async function withFolderLock<T>(folder: string, fn: () => Promise<T>): Promise<T> {
  const flock = nativeFunction('int flock(int fd, int operation)');
  const descriptor = openSync(folder, 'r');
  try {
    for (let tries = 0; flock?.(descriptor, LOCK_EX_NB) === -1 && tries < TRIES; tries++) {
      await sleep(RETRY_MS);
    }
    return await fn();
  } finally {
    closeSync(descriptor);
  }
}
