import type { NewEvent } from './event.ts';
import type { TaskRecord } from './task.ts';

/** What an event makes of a task, or why it can't. */
export type Transition =
  | {
      task: TaskRecord;
      events: NewEvent[];
      /** A live run is to be stopped, and the task then stands where `task.status` says. */
      stopRun: boolean;
    }
  | { illegal: string };

export function moved(
  task: TaskRecord,
  event?: NewEvent,
  stopRun = false,
  then?: NewEvent,
): Transition {
  const events = [event, then]
    .filter((e) => e !== undefined)
    .map((e) => ({ ...e, task: task.key }));
  return { task, events, stopRun };
}

export function illegal(task: TaskRecord, wish: string): Transition {
  return { illegal: `${task.key} is ${task.status}: it can't ${wish}` };
}

/** As if it had never been tried; what it spent stays spent. */
export function fresh(task: TaskRecord): TaskRecord {
  return {
    ...task,
    attempts: 0,
    losses: 0,
    notBefore: null,
    review: null,
    reason: null,
    byHand: false,
    dueAt: null,
    finishedAt: null,
  };
}
