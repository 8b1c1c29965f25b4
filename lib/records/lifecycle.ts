import type { Status } from '../core/status.ts';
import type { NewEvent } from './event.ts';
import type { RunResult } from './run.ts';
import type { Spent, TaskRecord } from './task.ts';

/**
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
 * | cancel  | not finished         | CANCELLED, a run is stopped                                 |
 * | approve | REVIEW               | PENDING (before) or COMPLETE (after)                        |
 * | reject  | REVIEW               | FAILED                                                      |
 * | typed   | any                  | blueprint §3's table: as typed; a run is stopped by all but |
 * |         |                      | PENDING, IN_PROGRESS, UNKNOWN (refused) and REVIEW (waits)  |
 */
export type TaskEvent =
  | { type: 'claimed'; run: string; attempt: number; body: string; why: string }
  | {
      type: 'ended';
      run: string;
      attempt: number;
      result: RunResult;
      limit: number;
      backoff: number;
      approval: boolean;
      retry: boolean;
      spent: Spent;
      dueAt: number | null;
    }
  | { type: 'lost'; run: string; attempt: number; reason: string }
  | { type: 'block'; reason: string }
  | { type: 'review'; reason: string }
  | { type: 'due' }
  | { type: 'retry' }
  | { type: 'cancel' }
  | { type: 'approve'; textHash: string; by: string }
  | { type: 'reject'; reason: string; by: string }
  | { type: 'typed'; status: Status };

export type Transition =
  | {
      task: TaskRecord;
      events: NewEvent[];
      /** A live run is to be stopped, and the task then stands where `task.status` says. */
      stopRun: boolean;
    }
  | { illegal: string };

/** A task whose runner died under it this often in a row is poison. */
export const LOSSES_LIMIT = 10;

const FINISHED: ReadonlySet<Status> = new Set(['COMPLETE', 'CANCELLED']);

/** Pure and total: every event on every state is a transition or a named illegality. */
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
      if (FINISHED.has(task.status)) return illegal(task, 'be cancelled');
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

function ended(
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
      const wait = event.backoff * 2 ** (base.attempts - 1);
      return moved({ ...base, status: 'PENDING', notBefore: now + wait }, failed);
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

function lost(
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

function typed(task: TaskRecord, status: Status, now: number): Transition {
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

function typedOnRunning(task: TaskRecord, status: Status, now: number): Transition {
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

/** As if it had never been tried; what it spent stays spent. */
function fresh(task: TaskRecord): TaskRecord {
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

function addSpent(a: Spent, b: Spent): Spent {
  return {
    tokens: (a.tokens ?? 0) + (b.tokens ?? 0),
    money: (a.money ?? 0) + (b.money ?? 0),
    turns: (a.turns ?? 0) + (b.turns ?? 0),
  };
}

function moved(task: TaskRecord, event?: NewEvent, stopRun = false, then?: NewEvent): Transition {
  const events = [event, then]
    .filter((e) => e !== undefined)
    .map((e) => ({ ...e, task: task.key }));
  return { task, events, stopRun };
}

function illegal(task: TaskRecord, wish: string): Transition {
  return { illegal: `${task.key} is ${task.status}: it can't ${wish}` };
}
