import { HOUSEKEEPING_EVENTS, type RecordedEvent } from '../../records/event.ts';
import { readEvents } from '../../records/event-store.ts';
import { readRunsEnded } from '../../records/run-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import { readTasks } from '../../records/task-store.ts';
import { type HouseContext, readHead } from '../context.ts';
import { queueGate } from '../gate.ts';
import { type HouseView, viewHouse } from '../house-view.ts';
import { readQueue } from '../read-queue.ts';
import { blockedTasks, heldBy } from './blocked.ts';
import { figuresOf } from './figures.ts';
import type { Child, Figures, Progress, RunningTask } from './progress.ts';
import { doneTasks, failedTasks, titleOf } from './results.ts';
import { targetsOf } from './targets.ts';
import { householdEvents, troublesOf } from './troubles.ts';
import { whatWaits } from './waiting.ts';
import { DAY_MS, type Window } from './window.ts';

/** A report on less than this also says how the whole day went. */
const SHORT_MS = 20 * 3_600_000;

/** Everything that a report on one house says. Changes nothing. */
export function gatherProgress(
  context: HouseContext,
  { since, until }: Window,
  children: Child[],
): Progress {
  const { db, house } = context;
  const view = viewHouse(context);
  const tasks = readTasks(db);
  const state = readQueue(context, readHead(db)?.hash ?? null);
  const reading = state.kind === 'read' ? state.reading : null;
  const events = eventsIn(context, { since, until });
  return {
    wizard: house.name,
    role: house.settings.role,
    since,
    until,
    done: doneTasks(db, events),
    failed: failedTasks(db, events),
    running: atWork(view, tasks),
    waiting: whatWaits(context, view),
    ...blockedTasks(reading, tasks, until),
    troubles: troublesOf([...householdEvents(house.root, { since, until }), ...events]),
    held: reading && heldBy(queueGate(house, reading.doc)),
    figures: figuresIn(context, { since, until }),
    day: until - since < SHORT_MS ? figuresIn(context, { since: until - DAY_MS, until }) : null,
    targets: targetsOf(context, tasks),
    next: view.next === null ? null : { task: view.next, title: titleOf(db, view.next) },
    children,
  };
}

/** What happened in a window, the household's own jobs apart. */
export function eventsIn({ db }: HouseContext, { since, until }: Window): RecordedEvent[] {
  return readEvents(db, { since }).filter(
    ({ time, type }) => time < until && !HOUSEKEEPING_EVENTS.has(type),
  );
}

export function figuresIn(context: HouseContext, window: Window): Figures {
  return figuresOf(
    eventsIn(context, window),
    readRunsEnded(context.db, window.since, window.until),
  );
}

/** What is at work, and what a person took on: nobody else will do that. */
function atWork(view: HouseView, tasks: ReadonlyMap<string, TaskRecord>): RunningTask[] {
  const live = new Set(view.running.map(({ task }) => task));
  const taken = [...tasks.values()].filter(({ key, status, byHand, deletedAt, archivedAt }) => {
    const here = deletedAt === null && archivedAt === null;
    return here && byHand && status === 'IN_PROGRESS' && !live.has(key);
  });
  return [
    ...view.running.map(({ pid: _, ...run }) => run),
    ...taken.map(({ key, title }) => ({
      task: key,
      title,
      run: null,
      attempt: null,
      since: null,
      body: 'a person',
    })),
  ];
}
