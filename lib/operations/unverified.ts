import { isBroken } from '../platform/sqlite.ts';
import { dropMeta, readMeta, writeMeta } from '../records/house-db.ts';
import type { RunRecord, RunResult } from '../records/run.ts';
import type { HouseContext } from './context.ts';

/** A full disk is waited for; what keeps a result from being verified for longer has to be mended. */
const PATIENCE_MS = 120_000;

const keyOf = (run: string): string => `unverified ${run}`;

/** Its run has ended, however. */
export function forgetUnverified({ db }: HouseContext, { run }: RunRecord): void {
  dropMeta(db, keyOf(run));
}

/**
 * Verify what an outsider reported. Throws what that fails by, for the next look to try again; after a
 * while of that the task is blocked, and says why.
 */
export async function verifiedOrBlocked(
  { db, clock }: HouseContext,
  { run }: RunRecord,
  reported: RunResult,
  verify: () => Promise<RunResult>,
): Promise<RunResult> {
  const key = keyOf(run);
  try {
    return await verify();
  } catch (error) {
    if (isBroken(error)) throw error;
    const since = Number(readMeta(db, key) ?? Number.NaN);
    const now = clock.now();
    if (now - since >= PATIENCE_MS) {
      const reason = `what was reported can't be verified: ${(error as Error).message}`;
      return { ...reported, outcome: 'blocked', reason };
    }
    // Also where the clock was put back since.
    if (!(now >= since)) writeMeta(db, key, String(now));
    throw error;
  }
}
