import type { GatewayState } from '../houses/house-state.ts';

/**
 * What is known of bringing one gateway up, until it is. `failures` in a row, the first of them at
 * `failingSince`, the last for `reason`; both are missing before the first.
 *
 * | phase    | means                                                               |
 * |----------|---------------------------------------------------------------------|
 * | starting | it was started, or found starting, at `since`; `pid` once it has one; |
 * |          | its log was `logged` bytes long then                                |
 * | failed   | it did not come up; it is not tried again before `nextTry`          |
 */
export type BringUp =
  | ({ phase: 'starting'; since: number; pid: number | null; logged: number } & Failing)
  | ({ phase: 'failed'; nextTry: number; reason: string } & Failing);

interface Failing {
  failures: number;
  failingSince?: number;
  reason?: string;
}

/**
 * `watch`: somebody else started it, so from now on our patience counts. `restart`: its process is
 * up, its API is not.
 */
export type BringUpStep =
  | { type: 'up' }
  | { type: 'start' }
  | { type: 'restart' }
  | { type: 'watch' }
  | { type: 'wait' }
  | { type: 'back-off' }
  | { type: 'fail'; reason: string };

const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/** Between the record of a start and its process lies a moment; after so long its starter is dead. */
const LAUNCH_MS = 10_000;

/** What to do about a gateway that is wanted, by what is seen of it and known. Pure. */
export function planBringUp(
  seen: GatewayState,
  known: BringUp | null,
  patience: number,
  now: number,
): BringUpStep {
  if (seen.state === 'running' || seen.state === 'none') return { type: 'up' };
  // A clock that was set back must not make anybody wait longer than the longest wait.
  const wait = known?.phase === 'failed' ? known.nextTry - now : 0;
  if (wait > 0 && wait <= LONGEST_MS) return { type: 'back-off' };
  if (seen.state === 'foreign') return { type: 'fail', reason: seen.detail };
  if (known?.phase === 'starting') return planStarting(seen, known, patience, now);
  if (seen.state === 'stopped') return { type: 'start' };
  if (seen.state === 'degraded' && known !== null) return { type: 'restart' };
  return { type: 'watch' };
}

function planStarting(
  seen: GatewayState,
  known: Extract<BringUp, { phase: 'starting' }>,
  patience: number,
  now: number,
): BringUpStep {
  const elapsed = Math.abs(now - known.since);
  if (seen.state === 'stopped') {
    if (known.pid !== null) return { type: 'fail', reason: 'it ended before it answered' };
    return elapsed < LAUNCH_MS ? { type: 'wait' } : { type: 'start' };
  }
  if (elapsed <= patience) return { type: 'wait' };
  return { type: 'fail', reason: `its patience is over: ${seen.detail}` };
}

/** The record of one more failure: the wait doubles from a minute to an hour. Pure. */
export function failed(known: BringUp | null, reason: string, now: number): BringUp {
  const failures = (known?.failures ?? 0) + 1;
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  const failingSince = known?.failingSince ?? now;
  return { phase: 'failed', failures, failingSince, nextTry: now + wait, reason };
}

/** The record of a start, with the failures before it. Pure. */
export function starting(
  known: BringUp | null,
  start: { since: number; pid: number | null; logged: number },
): BringUp & { phase: 'starting' } {
  const { failures = 0, failingSince, reason } = known ?? {};
  return {
    ...{ phase: 'starting', ...start, failures },
    ...(failingSince !== undefined && { failingSince }),
    ...(reason !== undefined && { reason }),
  };
}
