import { statSync } from 'node:fs';
import { readOpenRuns } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { queueGate } from './gate.ts';
import { type Idleness, judgeIdleness } from './idleness.ts';
import { candidates, freePlaces } from './plan-claims.ts';
import { judgeRun } from './plan-runs.ts';
import type { Reconciled } from './reconcile.ts';
import { seeRun } from './see-runs.ts';
import { nextWake, type QueueTimes } from './wake-time.ts';

/** Whatever hints were missed, so often everything is looked at. */
export const PERIOD_MS = 30_000;

/** Something is in the way that a look can't take away. */
export const TROUBLE_MS = 1000;

/** Somebody is writing the queue: look again soon. */
const UNSETTLED_MS = 50;

/** What a look came to. */
interface Conclusion {
  /** How idle it leaves the house. */
  idleness: Idleness;
  /** Milliseconds until the next look, if nothing hints at a change. */
  wait: number;
}

/** How a house stands after a look that did `done`; `times` are those that its queue names. */
export function concludeLook(
  context: HouseContext,
  done: Reconciled,
  times: QueueTimes,
): Conclusion {
  const now = context.clock.now();
  const { tasks } = done;
  const reading = context.cache.reading ?? null;
  const readable = done.queue === 'read' ? reading : null;
  const runs = readOpenRuns(context.db);
  const workChangedAt = statSync(context.house.paths.work).mtimeMs;
  const wakeAt = nextWake({ times, tasks, runs, workChangedAt }, now);
  const ready = readable
    ? candidates(readable, tasks, queueGate(context.house, readable.doc), now)
    : [];
  const underWay = runs.filter((run) => judgeRun(seeRun(context, run), now).type !== 'suspect');
  const idleness = judgeIdleness(
    {
      queue: done.queue,
      reason: reading?.doc.readOnly ?? null,
      underWay: underWay.length,
      ready: ready.length,
      nextWake: wakeAt,
    },
    now,
  );
  const limit = readable?.doc.defaults.concurrency ?? context.house.settings.concurrency;
  const overdue = ready.length > 0 && freePlaces(runs, limit) > 0 ? ready : [];
  return { idleness, wait: waitAfter(done, overdue, wakeAt, now) };
}

/** `overdue`: what could have been claimed, had nothing been in the way. */
function waitAfter(
  done: Reconciled,
  overdue: readonly { key: string }[],
  wakeAt: number | null,
  now: number,
): number {
  if (done.queue === 'unsettled') return UNSETTLED_MS;
  if (overdue.length > 0) {
    // A reconcile does so much and no more at once.
    if (done.actions.length > 0) return 0;
    return overdue.every(({ key }) => done.held.has(key)) ? lookAgain(done) : TROUBLE_MS;
  }
  return wakeAt === null ? PERIOD_MS : Math.min(PERIOD_MS, Math.max(0, Math.ceil(wakeAt - now)));
}

/** Milliseconds until a gateway that tasks wait for is worth another look. */
const lookAgain = ({ held }: Reconciled): number =>
  Math.min(...[...held.values()].map(({ again }) => again));
