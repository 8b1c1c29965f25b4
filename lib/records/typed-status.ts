import type { Status } from '../core/status.ts';
import type { TaskRecord } from './task.ts';
import { fresh, illegal, moved, type Transition } from './transition.ts';

/** What a status makes of a task that a person typed into the queue while it did not run. */
export function typed(task: TaskRecord, status: Status, now: number): Transition {
  const byHand: TaskRecord = { ...task, status, byHand: true, review: null, reason: null };
  switch (status) {
    case 'PENDING':
      return moved(
        { ...fresh(task), status },
        { type: 'task.retried', data: { from: task.status, by: 'person' } },
      );
    case 'IN_PROGRESS':
      return moved({ ...byHand, reason: 'somebody works on it by hand' });
    case 'COMPLETE':
      return moved(
        { ...byHand, reason: 'done by hand, unverified', finishedAt: now },
        { type: 'task.completed', data: { by: 'person' } },
      );
    case 'FAILED':
      return moved(
        { ...byHand, finishedAt: now },
        { type: 'task.failed', data: { by: 'person', final: true } },
      );
    case 'BLOCKED':
      return moved(byHand, { type: 'task.blocked', data: { by: 'person' } });
    case 'REVIEW':
      return moved(
        { ...byHand, review: 'before' },
        { type: 'task.review', data: { by: 'person', phase: 'before' } },
      );
    case 'DEFERRED':
      return moved(byHand, { type: 'task.deferred', data: { by: 'person' } });
    case 'CANCELLED':
      return moved(
        { ...byHand, finishedAt: now },
        { type: 'task.cancelled', data: { by: 'person' } },
      );
    case 'UNKNOWN':
      return moved({ ...byHand, reason: 'its status is a word that Robed does not know' });
  }
}

/** The same while it ran. */
export function typedOnRunning(task: TaskRecord, status: Status, now: number): Transition {
  switch (status) {
    case 'IN_PROGRESS':
      return moved(task);
    case 'PENDING':
    case 'UNKNOWN':
      return illegal(task, `become ${status} while it runs`);
    case 'REVIEW':
      return moved({ ...task, review: 'after' });
    case 'COMPLETE':
    case 'FAILED':
    case 'BLOCKED':
    case 'DEFERRED':
    case 'CANCELLED': {
      const stopped = typed(task, status, now);
      return 'illegal' in stopped ? stopped : { ...stopped, stopRun: true };
    }
  }
}
