import { existsSync } from 'node:fs';
import { LONGEST_TIMER } from '../core/clock.ts';
import { runFolder } from '../houses/paths.ts';
import type { RunRecord } from '../records/run.ts';
import { readRun, renewLease } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { LEASE_MS, RENEW_MS } from './lease.ts';
import { OUTPUT_LIMIT, printed, shorten } from './output-limit.ts';

/** How often a runner looks whether it is still wanted. */
const LOOK_MS = 500;

export interface Supervision {
  sleep: (ms: number) => Promise<unknown>;
  /** Aborted by SIGTERM or SIGINT: look at once whether the run is still wanted. */
  nudge: (look: () => void) => void;
}

export interface Watch {
  /** Stop watching; what it did, if anything. */
  done(): Promise<Intervention | null>;
  /** Stop watching, whatever the run does: somebody else answers for it now. */
  drop(): void;
}

/** Why a run was ended before it ended by itself. */
export interface Intervention {
  outcome: 'failed' | 'stopped' | 'lost';
  reason: string;
}

/**
 * Renew the lease, and end the work at its time-out, at a person's stop, where it prints without end,
 * or where the run was taken away.
 */
export function watchRun(
  context: HouseContext,
  run: RunRecord,
  timeout: number,
  supervision: Supervision,
  end: () => Promise<unknown>,
): Watch {
  const { db, clock, house } = context;
  const folder = runFolder(house.paths, run.run);
  const began = clock.monotonic();
  let renewed = began;
  let verdict: Intervention | null = null;
  let ending: Promise<unknown> = Promise.resolve();
  const decide = (outcome: Intervention['outcome'], reason: string) => {
    if (verdict !== null) return;
    verdict = { outcome, reason };
    ending = end();
  };
  const check = () => {
    const now = readRun(db, run.run);
    if (now === null || (now.state !== 'claimed' && now.state !== 'running')) {
      decide('lost', 'the run was ended by somebody else');
    } else if (now.stop !== null) {
      decide('stopped', `stopped: a person made the task ${now.stop}`);
    } else if (clock.monotonic() - began >= timeout) {
      decide('failed', `ended after its time of ${Math.round(timeout / 1000)} s`);
    } else if (existsSync(folder) && printed(folder) > OUTPUT_LIMIT) {
      decide('failed', `ended after it had printed ${OUTPUT_LIMIT / 1024 ** 3} GB`);
      ending = ending.then(() => shorten(folder));
    } else if (clock.monotonic() - renewed >= RENEW_MS) {
      renewed = clock.monotonic();
      renewLease(db, run.run, clock.now() + LEASE_MS);
    }
  };
  const look = () => {
    try {
      check();
    } catch {
      // Thrown from a timer it would end the whole process; the next look comes soon.
    }
  };
  const timer = setInterval(look, LOOK_MS);
  const alarm = Number.isFinite(timeout)
    ? setTimeout(look, Math.min(timeout + 1, LONGEST_TIMER))
    : undefined;
  supervision.nudge(look);
  const drop = () => {
    clearInterval(timer);
    clearTimeout(alarm);
  };
  return {
    drop,
    async done() {
      drop();
      await ending;
      return verdict;
    },
  };
}
