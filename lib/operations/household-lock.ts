import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { acquireLock } from '../platform/lock.ts';

/** Milliseconds between two tries. */
const RETRY_MS = 100;

/**
 * `fn` while no other process of this household does the same `what`; null, without calling it,
 * where another has been at it for all of `wait` milliseconds.
 */
export async function withHouseholdLock<T>(
  root: string,
  what: string,
  { clock, sleep }: { clock: Clock; sleep: (ms: number) => Promise<unknown> },
  wait: number,
  fn: () => Promise<T>,
): Promise<T | null> {
  const path = join(root, 'logs', `.${what}`);
  for (let waited = 0; ; waited += RETRY_MS) {
    const lock = await acquireLock(path, { what, clock });
    if ('release' in lock) {
      try {
        return await fn();
      } finally {
        lock.release();
      }
    }
    if (waited >= wait) return null;
    await sleep(RETRY_MS);
  }
}
