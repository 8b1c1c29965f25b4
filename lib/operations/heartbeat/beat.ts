import { transaction } from '../../platform/sqlite.ts';
import { HOUSEKEEPING_EVENTS } from '../../records/event.ts';
import { readEvents, recordEvent } from '../../records/event-store.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import { readLastEndedRun } from '../../records/run-store.ts';
import { readTask } from '../../records/task-store.ts';
import type { HouseContext } from '../context.ts';
import { type HouseView, viewHouse } from '../house-view.ts';
import { lastFired } from '../last-fired.ts';
import type { Heartbeat } from './heartbeat.ts';
import { readHeartbeat, writeHeartbeat } from './store.ts';

/** What is kept in house.db since the last change of state. */
interface Kept {
  cycle: number;
  state: string;
}

/** Quarters of an hour in half a year: no house stays in one state for longer. */
const BEATS_OF_ONE_STATE = 20_000;

/** So many of the newest events are looked through for one that is somebody's doing. */
const LOOKED_AT = 50;

/**
 * Write `home/heartbeat.json` out of what house.db and the queue say: no model is asked. The event
 * log hears of it only where the state changed: a beat each quarter of an hour is no news.
 */
export function beat(context: HouseContext, { dryRun }: { dryRun: boolean }): Heartbeat {
  const { db, house, clock } = context;
  const view = viewHouse(context);
  return transaction(db, () => {
    const kept = JSON.parse(readMeta(db, 'heartbeat') ?? 'null') as Kept | null;
    const before = readHeartbeat(house.paths.heartbeat);
    const heartbeat = describe(context, view, before, cycleAfter(kept, before));
    if (dryRun) return heartbeat;
    const { cycle, state } = heartbeat;
    // Written only then: what changes house.db wakes a tick that could have stayed asleep.
    if (kept?.state !== state) {
      writeMeta(db, 'heartbeat', JSON.stringify({ cycle, state } satisfies Kept));
      recordEvent(db, clock.now(), { type: 'heartbeat.made', data: { cycle, state } });
    }
    writeHeartbeat(house.paths.heartbeat, heartbeat);
    return heartbeat;
  });
}

/** The file is anybody's to write: it counts within reason, and never takes the cycle back. */
function cycleAfter(kept: Kept | null, before: Heartbeat | null): number {
  const known = kept?.cycle ?? 0;
  const most = kept === null ? 1e9 : known + BEATS_OF_ONE_STATE;
  const told = before !== null && before.cycle <= most ? before.cycle : 0;
  return Math.max(told, known) + 1;
}

function describe(
  { db, house, clock }: HouseContext,
  view: HouseView,
  before: Heartbeat | null,
  cycle: number,
): Heartbeat {
  const events = readEvents(db, { last: LOOKED_AT });
  const action = events.findLast(({ type }) => !HOUSEKEEPING_EVENTS.has(type));
  const run = readLastEndedRun(db);
  const fired = lastFired(house, 'dispatch');
  const progress = ['task.completed', 'task.review'].flatMap((type) =>
    readEvents(db, { type, last: 1 }).map(({ time }) => time),
  );
  return {
    version: 1,
    agent: house.name,
    cycle,
    time: iso(clock.now()),
    state: stateOf(view),
    lastAction: action
      ? { type: action.type, task: action.task, time: iso(action.time) }
      : (before?.lastAction ?? null),
    lastResult: run?.result
      ? {
          task: run.task,
          run: run.run,
          outcome: run.result.outcome,
          reason: run.result.reason || null,
          time: iso(run.endedAt ?? run.claimedAt),
        }
      : null,
    workInProgress: view.running.map(({ task, title, run, attempt, body, since }) => ({
      task,
      title,
      run,
      attempt,
      body,
      since: iso(since),
    })),
    nextTarget:
      view.next === null ? null : { task: view.next, title: readTask(db, view.next)?.title ?? '' },
    needsYou: view.needsYou.length,
    lastProgress: progress.length > 0 ? iso(Math.max(...progress)) : (before?.lastProgress ?? null),
    tickAge: fired === null ? null : Math.round((clock.now() - fired) / 1000),
  };
}

function stateOf({ running, next, needsYou }: HouseView): Heartbeat['state'] {
  if (running.length > 0) return 'working';
  if (next !== null) return 'ready';
  return needsYou.length > 0 ? 'waiting' : 'idle';
}

const iso = (time: number): string => new Date(time).toISOString();
