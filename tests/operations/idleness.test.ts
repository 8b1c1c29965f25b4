import { expect, test } from 'vitest';
import { type IdleSight, judgeIdleness } from '../../lib/operations/idleness.ts';

const NOW = 1_000_000;
const judge = (change: Partial<IdleSight>) =>
  judgeIdleness(
    { queue: 'read', reason: null, underWay: 0, ready: 0, nextWake: null, ...change },
    NOW,
  );

test('nothing runs, is ready or will be: idle', () => {
  expect(judge({})).toEqual({ type: 'idle' });
});

test('what runs or is ready is waited for', () => {
  expect(judge({ underWay: 1 }).type).toBe('busy');
  expect(judge({ ready: 1 }).type).toBe('busy');
});

test('what time alone makes ready is waited for, up to ten seconds', () => {
  expect(judge({ nextWake: NOW + 10_000 }).type).toBe('busy');
  expect(judge({ nextWake: NOW + 10_001 }).type).toBe('idle');
});

test('half a save is waited for', () => {
  expect(judge({ queue: 'unsettled' }).type).toBe('busy');
});

test('a queue that is missing or can’t be read is said to be, whatever runs', () => {
  expect(judge({ queue: 'missing', underWay: 1 })).toEqual({
    type: 'broken',
    reason: 'the queue is missing',
  });
  expect(judge({ queue: 'unreadable', reason: 'conflict markers in line 3' })).toEqual({
    type: 'broken',
    reason: "the queue can't be read: conflict markers in line 3",
  });
});
