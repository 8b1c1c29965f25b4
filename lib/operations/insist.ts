import { isBroken } from '../platform/sqlite.ts';

/** What could not be recorded is tried again after this, */
export const TROUBLE_MS = 1000;

/** and so often: a full disk is no reason to do the work again. */
export const TRIES = 600;

/**
 * Record what came of a run, however long the disk takes nothing. Throws what it failed by in the end,
 * or at once where waiting is of no use: then another process sees to it.
 */
export async function insist<T>(
  record: () => T,
  sleep: (ms: number) => Promise<unknown>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return record();
    } catch (error) {
      if (tries >= TRIES || isBroken(error)) throw error;
      await sleep(TROUBLE_MS);
    }
  }
}
