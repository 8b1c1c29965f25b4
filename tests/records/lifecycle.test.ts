import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATUSES, type Status } from '../../lib/core/status.ts';
import { transition } from '../../lib/records/lifecycle.ts';
import type { RunOutcome, RunResult } from '../../lib/records/run.ts';
import { LOSSES_LIMIT } from '../../lib/records/run-end.ts';
import { newTaskRecord, type TaskRecord } from '../../lib/records/task.ts';
import type { TaskEvent } from '../../lib/records/task-event.ts';

const NOW = 1_000_000;

const task = (status: Status, change: Partial<TaskRecord> = {}): TaskRecord => ({
  ...newTaskRecord('T-1', 'A task', 'hash', status, 0),
  ...change,
});

const result = (outcome: RunOutcome): RunResult => ({
  outcome,
  status: 'PENDING',
  reason: 'because',
  text: '',
  exit: 0,
  signal: null,
  proof: 'none',
  verify: [],
  artifacts: [],
  usage: {},
});

const ended = (
  outcome: RunOutcome,
  change: Partial<Extract<TaskEvent, { type: 'ended' }>> = {},
): TaskEvent => ({
  type: 'ended',
  run: 'r1',
  attempt: 1,
  result: result(outcome),
  limit: 3,
  backoff: 1000,
  approval: false,
  retry: true,
  spent: {},
  dueAt: null,
  ...change,
});

const move = (from: TaskRecord, event: TaskEvent, running = false) => {
  const moved = transition(from, event, { now: NOW, running });
  if ('illegal' in moved) throw new Error(moved.illegal);
  return moved;
};

describe('a run that ends', () => {
  test('completes the task', () => {
    const { task: after, events } = move(task('IN_PROGRESS'), ended('completed'));
    expect(after).toMatchObject({ status: 'COMPLETE', attempts: 1, finishedAt: NOW });
    expect(events.map((event) => event.type)).toEqual(['task.completed']);
  });

  test('waits for approval where the task says so, and is complete only by it', () => {
    const waiting = move(task('IN_PROGRESS'), ended('completed', { approval: true }));
    expect(waiting.task).toMatchObject({ status: 'REVIEW', review: 'after' });
    expect(waiting.events.map((event) => event.type)).toEqual(['task.review']);
    const done = move(waiting.task, { type: 'approve', textHash: 'h', by: 'ann' });
    expect(done.task.status).toBe('COMPLETE');
    expect(done.events.map((event) => event.type)).toEqual(['task.approved', 'task.completed']);
  });

  test('comes back with a back-off that doubles, then stays FAILED', () => {
    let current = task('IN_PROGRESS');
    const waits: (number | null)[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      current = { ...move(current, ended('failed')).task };
      waits.push(current.status === 'PENDING' ? (current.notBefore ?? 0) - NOW : null);
      if (attempt < 3) current = { ...current, status: 'IN_PROGRESS' };
    }
    expect(waits).toEqual([1000, 2000, null]);
    expect(current).toMatchObject({ status: 'FAILED', attempts: 3 });
  });

  test('is not tried again where that can not help', () => {
    expect(move(task('IN_PROGRESS'), ended('failed', { retry: false })).task.status).toBe('FAILED');
  });

  test('lost with its runner costs no attempt and no wait', () => {
    const { task: after } = move(task('IN_PROGRESS', { attempts: 2 }), ended('lost'));
    expect(after).toMatchObject({ status: 'PENDING', attempts: 2, losses: 1, notBefore: null });
  });

  test('lost ten times in a row parks the task as poison', () => {
    const { task: after } = move(task('IN_PROGRESS', { losses: LOSSES_LIMIT - 1 }), ended('lost'));
    expect(after).toMatchObject({ status: 'FAILED', losses: LOSSES_LIMIT });
    expect(after.reason).toContain('poison');
  });

  test('one that came to an end forgets the losses before it', () => {
    expect(move(task('IN_PROGRESS', { losses: 9 }), ended('failed')).task.losses).toBe(0);
  });

  test("leaves a person's word alone where they stopped it", () => {
    expect(move(task('CANCELLED'), ended('stopped')).task.status).toBe('CANCELLED');
  });

  test('adds what it used to the bill', () => {
    const { task: after } = move(
      task('IN_PROGRESS', { spent: { tokens: 5 } }),
      ended('failed', { spent: { tokens: 7, money: 0.5 } }),
    );
    expect(after.spent).toMatchObject({ tokens: 12, money: 0.5 });
  });
});

describe("a person's word in the queue", () => {
  test.each(['FAILED', 'BLOCKED', 'CANCELLED', 'DEFERRED', 'COMPLETE'] as const)(
    'PENDING on %s tries again with fresh attempts',
    (from) => {
      const before = task(from, { attempts: 3, notBefore: NOW + 5 });
      const { task: after } = move(before, { type: 'typed', status: 'PENDING' });
      expect(after).toMatchObject({ status: 'PENDING', attempts: 0, notBefore: null });
    },
  );

  test.each(['PENDING', 'UNKNOWN'] as const)('%s on a running task is refused', (status) => {
    const moved = transition(
      task('IN_PROGRESS'),
      { type: 'typed', status },
      { now: NOW, running: true },
    );
    expect(moved).toHaveProperty('illegal');
  });

  test.each(['COMPLETE', 'CANCELLED', 'BLOCKED', 'DEFERRED', 'FAILED'] as const)(
    '%s on a running task stops the run',
    (status) => {
      const moved = move(task('IN_PROGRESS'), { type: 'typed', status }, true);
      expect(moved).toMatchObject({ stopRun: true, task: { status, byHand: true } });
    },
  );

  test('REVIEW on a running task lets it end, and its result wait', () => {
    const moved = move(task('IN_PROGRESS'), { type: 'typed', status: 'REVIEW' }, true);
    expect(moved).toMatchObject({
      stopRun: false,
      task: { status: 'IN_PROGRESS', review: 'after' },
    });
    expect(move(moved.task, ended('completed')).task.status).toBe('REVIEW');
  });

  test('IN_PROGRESS means that somebody works on it by hand', () => {
    const { task: after } = move(task('PENDING'), { type: 'typed', status: 'IN_PROGRESS' });
    expect(after).toMatchObject({ status: 'IN_PROGRESS', byHand: true });
  });
});

test('only a pending task is claimed, and only once', () => {
  for (const status of STATUSES) {
    const event: TaskEvent = { type: 'claimed', run: 'r', attempt: 1, body: 'shell', why: '' };
    expect('illegal' in transition(task(status), event, { now: NOW, running: false })).toBe(
      status !== 'PENDING',
    );
    expect('illegal' in transition(task(status), event, { now: NOW, running: true })).toBe(true);
  }
});

test('every event on every state is a transition or a named illegality', () => {
  const outcome = fc.constantFrom<RunOutcome>(
    'completed',
    'failed',
    'blocked',
    'review',
    'lost',
    'stopped',
  );
  const event: fc.Arbitrary<TaskEvent> = fc.oneof(
    fc.constantFrom<TaskEvent>(
      { type: 'claimed', run: 'r', attempt: 1, body: 'shell', why: '' },
      { type: 'lost', run: 'r', attempt: 1, reason: '' },
      { type: 'block', reason: 'x' },
      { type: 'review', reason: 'x' },
      { type: 'due' },
      { type: 'retry' },
      { type: 'cancel' },
      { type: 'approve', textHash: 'h', by: 'ann' },
      { type: 'reject', reason: 'x', by: 'ann' },
    ),
    fc.constantFrom(...STATUSES).map((status): TaskEvent => ({ type: 'typed', status })),
    outcome.map((one) => ended(one)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...STATUSES), event, fc.boolean(), (status, what, running) => {
      const before = task(status);
      const moved = transition(before, what, { now: NOW, running });
      if ('illegal' in moved) return moved.illegal.includes('T-1');
      return (
        STATUSES.includes(moved.task.status) &&
        moved.task.key === before.key &&
        (!moved.stopRun || running) &&
        moved.events.every((one) => one.task === 'T-1') &&
        moved.events.filter((one) => one.type === 'task.completed').length <= 1
      );
    }),
    { numRuns: 2000 },
  );
});
