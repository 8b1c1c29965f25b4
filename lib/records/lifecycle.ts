import type { NewEvent } from './event.ts';
import { ended, lost } from './run-end.ts';
import type { TaskRecord } from './task.ts';
import type { TaskEvent } from './task-event.ts';
import { fresh, illegal, moved, type Transition } from './transition.ts';
import { typed, typedOnRunning } from './typed-status.ts';

/** Over for good: what comes again is done for now only, unless a person cancelled it. */
export const isOver = ({ status, dueAt }: TaskRecord): boolean =>
  status === 'CANCELLED' || (status === 'COMPLETE' && dueAt === null);

/**
 * Pure and total: every event on every state is a transition or a named illegality.
 *
 * The life of a task. What Robed does:
 *
 * | event   | from                 | to                                                          |
 * |---------|----------------------|-------------------------------------------------------------|
 * | claimed | PENDING              | IN_PROGRESS                                                 |
 * | ended   | IN_PROGRESS          | COMPLETE; REVIEW where the result waits; PENDING with a     |
 * |         |                      | back-off while attempts are left, then FAILED; BLOCKED      |
 * | lost    | IN_PROGRESS          | PENDING, no attempt spent; FAILED after ten in a row        |
 * | block   | PENDING              | BLOCKED                                                     |
 * | review  | PENDING              | REVIEW: an approval comes before the run                    |
 * | due     | COMPLETE, FAILED     | PENDING: the next occurrence                                |
 *
 * What a person does (by a command, or by the word typed into the queue):
 *
 * | event   | from                 | to                                                          |
 * |---------|----------------------|-------------------------------------------------------------|
 * | retry   | not running          | PENDING, fresh attempts                                     |
 * | cancel  | not over             | CANCELLED, a run is stopped; COMPLETE is over where nothing |
 * |         |                      | is due again                                                |
 * | approve | REVIEW               | PENDING (before) or COMPLETE (after)                        |
 * | reject  | REVIEW               | FAILED                                                      |
 * | typed   | any                  | the table of docs/saves.md: as typed; a run is stopped by all but |
 * |         |                      | PENDING, IN_PROGRESS, UNKNOWN (refused) and REVIEW (waits)  |
 */
export function transition(
  task: TaskRecord,
  event: TaskEvent,
  context: { now: number; running: boolean },
): Transition {
  const { now, running } = context;
  switch (event.type) {
    case 'claimed':
      if (task.status !== 'PENDING' || running) return illegal(task, 'be claimed');
      return moved(
        { ...task, status: 'IN_PROGRESS', reason: null, byHand: false, lastRun: event.run },
        {
          type: 'task.assigned',
          run: event.run,
          attempt: event.attempt,
          data: { body: event.body, why: event.why },
        },
      );
    case 'ended':
      return ended(task, event, now);
    case 'lost':
      return lost(task, event, now);
    case 'block':
      if (task.status !== 'PENDING' || running) return illegal(task, 'be blocked');
      return moved(
        { ...task, status: 'BLOCKED', reason: event.reason },
        { type: 'task.blocked', data: { reason: event.reason } },
      );
    case 'review':
      if (task.status !== 'PENDING' || running) return illegal(task, 'be reviewed');
      return moved(
        { ...task, status: 'REVIEW', review: 'before', reason: event.reason },
        { type: 'task.review', data: { phase: 'before', reason: event.reason } },
      );
    case 'due':
      if (running || (task.status !== 'COMPLETE' && task.status !== 'FAILED')) {
        return illegal(task, 'be due');
      }
      return moved({ ...fresh(task), status: 'PENDING' }, { type: 'task.due' });
    case 'retry':
      if (running) return illegal(task, 'be retried while it runs');
      return moved(
        { ...fresh(task), status: 'PENDING' },
        { type: 'task.retried', data: { from: task.status } },
      );
    case 'cancel':
      if (isOver(task)) return illegal(task, 'be cancelled');
      return moved(
        {
          ...task,
          status: 'CANCELLED',
          reason: 'cancelled by a person',
          byHand: true,
          finishedAt: now,
        },
        { type: 'task.cancelled', data: { from: task.status } },
        running,
      );
    case 'approve':
      return approved(task, event, now);
    case 'reject':
      if (task.status !== 'REVIEW') return illegal(task, 'be rejected');
      return moved(
        { ...task, status: 'FAILED', review: null, reason: event.reason, finishedAt: now },
        { type: 'task.rejected', data: { reason: event.reason, by: event.by } },
      );
    case 'typed':
      return running ? typedOnRunning(task, event.status, now) : typed(task, event.status, now);
  }
}

function approved(
  task: TaskRecord,
  event: Extract<TaskEvent, { type: 'approve' }>,
  now: number,
): Transition {
  if (task.status !== 'REVIEW') return illegal(task, 'be approved');
  const record: NewEvent = {
    type: 'task.approved',
    data: { by: event.by, phase: task.review ?? 'before' },
  };
  if (task.review === 'after') {
    return moved(
      { ...task, status: 'COMPLETE', review: null, reason: null, notBefore: null, finishedAt: now },
      record,
      false,
      { type: 'task.completed', run: task.lastRun ?? undefined, data: { approvedBy: event.by } },
    );
  }
  return moved(
    {
      ...task,
      status: 'PENDING',
      review: null,
      reason: null,
      held: false,
      approvedText: event.textHash,
    },
    record,
  );
}
