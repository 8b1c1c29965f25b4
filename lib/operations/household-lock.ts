import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { awaitLock } from '../platform/lock.ts';

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
  const lock = await awaitLock(path, { what, clock }, { wait, retry: RETRY_MS, sleep });
  if (lock === null) return null;
  try {
    return await fn();
  } finally {
    lock.release();
  }
}
