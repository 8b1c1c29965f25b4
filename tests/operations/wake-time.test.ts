import { describe, expect, test } from 'vitest';
import { nextWake, type QueueTimes, timesOf } from '../../lib/operations/wake-time.ts';
import { readText } from '../../lib/queue/reading.ts';
import type { RunRecord } from '../../lib/records/run.ts';
import { newTaskRecord, type TaskRecord } from '../../lib/records/task.ts';

const NOW = 1_000_000;
const NONE: QueueTimes = { notBefore: new Map(), cron: new Map() };

function wake(change: Partial<TaskRecord>, times = NONE, runs: Partial<RunRecord>[] = []) {
  const record = { ...newTaskRecord('T-1', 'One', '', 'PENDING', 0), ...change };
  return nextWake(
    {
      times,
      tasks: new Map([['T-1', record]]),
      runs: runs as RunRecord[],
      workChangedAt: NOW - 1000,
    },
    NOW,
  );
}

describe('what time alone changes', () => {
  test('the end of a back-off', () => expect(wake({ notBefore: NOW + 7 })).toBe(NOW + 7));
  test('a task’s own “not before”', () => {
    expect(wake({}, { ...NONE, notBefore: new Map([['T-1', NOW + 8]]) })).toBe(NOW + 8);
  });
  test('the first occurrence of a task, and the next one of a finished task', () => {
    expect(wake({ dueAt: NOW + 9 })).toBe(NOW + 9);
    expect(wake({ status: 'COMPLETE', dueAt: NOW + 9 })).toBe(NOW + 9);
    expect(wake({ status: 'FAILED', dueAt: NOW + 9 })).toBe(NOW + 9);
  });
  test('the second reading that a deletion takes', () => {
    expect(wake({ missingSince: NOW - 500 })).toBe(NOW + 1500);
  });
  test('the end of a lease', () => {
    expect(wake({}, NONE, [{ state: 'running', body: 'shell', leaseUntil: NOW + 10 }])).toBe(
      NOW + 11,
    );
  });
  test('the grace of an outsider who has taken the trigger away', () => {
    expect(wake({}, NONE, [{ state: 'running', body: 'external', leaseUntil: NOW + 90_000 }])).toBe(
      NOW + 4000,
    );
  });
  test('the soonest of them', () => {
    expect(wake({ notBefore: NOW + 7 }, { ...NONE, notBefore: new Map([['T-1', NOW + 5]]) })).toBe(
      NOW + 5,
    );
  });
});

describe('what time does not change', () => {
  test('the past', () => expect(wake({ notBefore: NOW })).toBeNull());
  test('a task that a person put aside', () => {
    expect(wake({ status: 'CANCELLED', dueAt: NOW + 9, notBefore: NOW + 9 })).toBeNull();
  });
  test('a deleted one', () =>
    expect(wake({ missingSince: 1, deletedAt: 2, notBefore: NOW + 1 })).toBeNull());
  test('a run that has ended', () => {
    expect(wake({}, NONE, [{ state: 'ended', body: 'shell', leaseUntil: NOW + 10 }])).toBeNull();
  });
});

test('times are read from the queue: dates, and cron expressions but no durations', () => {
  const text = `### T-1: One
- **Status:** PENDING
- **Not before:** 2100-01-01 10:00Z

### T-2: Two
- **Status:** PENDING
- **Every:** 5 4 * * 1

### T-3: Three
- **Status:** PENDING
- **Every:** 1h
`;
  const times = timesOf(readText('q.md', Buffer.from(text)));
  expect([...times.notBefore]).toEqual([['T-1', Date.UTC(2100, 0, 1, 10)]]);
  expect([...times.cron]).toEqual([['T-2', '5 4 * * 1']]);
});
