import type { NewEvent } from './event.ts';
import type { Spent, TaskRecord } from './task.ts';
import type { TaskEvent } from './task-event.ts';
import { moved, type Transition } from './transition.ts';

/** A task whose runner died under it this often in a row is poison. */
export const LOSSES_LIMIT = 10;

/** What the end of its run makes of a task. */
export function ended(
  task: TaskRecord,
  event: Extract<TaskEvent, { type: 'ended' }>,
  now: number,
): Transition {
  const { result, run, attempt } = event;
  const base: TaskRecord = {
    ...task,
    attempts: task.attempts + 1,
    losses: 0,
    reason: result.reason || null,
    spent: addSpent(task.spent, event.spent),
    dueAt: event.dueAt,
  };
  const about = { run, attempt };
  switch (result.outcome) {
    case 'completed':
      if (event.approval || task.review === 'after') {
        return moved(
          { ...base, status: 'REVIEW', review: 'after', reason: 'its result waits for approval' },
          { type: 'task.review', ...about, data: { phase: 'after' } },
        );
      }
      return moved(
        {
          ...base,
          status: 'COMPLETE',
          review: null,
          notBefore: null,
          byHand: false,
          finishedAt: now,
        },
        { type: 'task.completed', ...about },
      );
    case 'failed': {
      const left = event.retry && base.attempts < event.limit;
      const failed: NewEvent = {
        type: 'task.failed',
        ...about,
        data: { reason: result.reason, attempts: base.attempts, limit: event.limit, final: !left },
      };
      if (!left) return moved({ ...base, status: 'FAILED', finishedAt: now }, failed);
      const notBefore = now + event.backoff * 2 ** (base.attempts - 1);
      // The next attempt belongs to this occurrence, not to the next one.
      return moved({ ...base, status: 'PENDING', notBefore, dueAt: task.dueAt }, failed);
    }
    case 'blocked':
      return moved(
        { ...base, status: 'BLOCKED' },
        { type: 'task.blocked', ...about, data: { reason: result.reason } },
      );
    case 'review':
      return moved(
        { ...base, status: 'REVIEW', review: 'after' },
        { type: 'task.review', ...about, data: { phase: 'after', reason: result.reason } },
      );
    case 'stopped':
      // A person's word already stands in `task`; the run that it ended only adds to the bill.
      return moved({ ...task, spent: base.spent, losses: 0 });
    case 'lost':
      return lost(task, { type: 'lost', run, attempt, reason: result.reason }, now);
  }
}

/** The task goes back and pays no attempt; too often in a row, and it is parked. */
export function lost(
  task: TaskRecord,
  event: Extract<TaskEvent, { type: 'lost' }>,
  now: number,
): Transition {
  const losses = task.losses + 1;
  const record: NewEvent = {
    type: 'task.lost',
    run: event.run,
    attempt: event.attempt,
    data: { reason: event.reason, losses },
  };
  // Somebody decided about the task while it was lost: their word stands.
  if (task.status !== 'IN_PROGRESS') return moved({ ...task, losses }, record);
  if (losses < LOSSES_LIMIT)
    return moved({ ...task, losses, status: 'PENDING', reason: null }, record);
  const reason = `lost with its runner ${losses} times in a row: parked as poison`;
  return moved({ ...task, losses, status: 'FAILED', reason, finishedAt: now }, record, false, {
    type: 'task.failed',
    run: event.run,
    attempt: event.attempt,
    data: { reason, final: true },
  });
}

function addSpent(a: Spent, b: Spent): Spent {
  return {
    tokens: (a.tokens ?? 0) + (b.tokens ?? 0),
    money: (a.money ?? 0) + (b.money ?? 0),
    turns: (a.turns ?? 0) + (b.turns ?? 0),
  };
}
