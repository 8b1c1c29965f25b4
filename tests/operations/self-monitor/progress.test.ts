import { describe, expect, test } from 'vitest';
import { houseFindings } from '../../../lib/operations/self-monitor/house-findings.ts';
import {
  judgeProgress,
  type ProgressSight,
  seeProgress,
} from '../../../lib/operations/self-monitor/progress.ts';
import { type Bench, bench, reportOf } from '../../support/bench.ts';
import { task } from '../../support/household.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

const sight = (more: Partial<ProgressSight> = {}): ProgressSight => ({
  queue: 'read',
  held: null,
  working: 0,
  suspects: [],
  ready: [],
  reviews: 0,
  lastRunEnded: null,
  ...more,
});

const READY = [{ task: 'T-1', since: NOW - 9 * HOUR }];
const judge = (seen: ProgressSight, since: number | null = null) =>
  judgeProgress(seen, { since, now: NOW, idle: 2 * HOUR }).state;

describe('a house is judged by what it does', () => {
  test.each<[string, ProgressSight, number | null, string]>([
    ['the queue is gone', sight({ queue: 'missing' }), null, 'unreadable'],
    ['the queue is being saved', sight({ queue: 'unsettled' }), null, 'unsettled'],
    ['a run is under way', sight({ working: 1, ready: READY }), NOW - 9 * HOUR, 'working'],
    ['work came up just now', sight({ ready: READY }), null, 'ready'],
    ['work came up a while ago', sight({ ready: READY }), NOW - HOUR, 'ready'],
    ['work came up long ago', sight({ ready: READY }), NOW - 3 * HOUR, 'idle'],
    [
      'a run ended a while ago',
      sight({ ready: READY, lastRunEnded: NOW - HOUR }),
      NOW - 9 * HOUR,
      'ready',
    ],
    [
      'the last run ended long ago',
      sight({ ready: READY, lastRunEnded: NOW - 3 * HOUR }),
      NOW - 9 * HOUR,
      'idle',
    ],
    [
      'no run ended for weeks, for there was no work',
      sight({ lastRunEnded: NOW - 900 * HOUR }),
      null,
      'quiet',
    ],
    ['all waits for approval', sight({ reviews: 2 }), null, 'waits'],
    ['it is paused', sight({ held: 'it is paused' }), null, 'held'],
  ])('%s', (_, seen, since, state) => {
    expect(judge(seen, since)).toBe(state);
  });
});

test('only what is not healthy is a finding', () => {
  const limits = { waiting: 24 * HOUR, idle: 2 * HOUR };
  const find = (seen: ProgressSight, since: number | null = null) =>
    houseFindings(
      seen,
      judgeProgress(seen, { since, now: NOW, idle: limits.idle }),
      NOW,
      limits,
    ).map(({ code, subject }) => code + subject);
  expect(find(sight({ reviews: 3 }))).toEqual([]);
  expect(find(sight({ ready: READY }))).toEqual([]);
  expect(find(sight({ ready: READY }), NOW - 3 * HOUR)).toEqual(['idle']);
  const old = [
    { task: 'T-1', since: NOW - 49 * HOUR },
    { task: 'T-2', since: NOW - 25 * HOUR },
  ];
  expect(find(sight({ ready: old, working: 1 }))).toEqual(['waiting']);
  const suspects = [{ task: 'T-1', run: 'r1', reason: 'its lease is over' }];
  expect(find(sight({ suspects }))).toEqual(['suspectr1']);
});

describe('a look at a real house', () => {
  const look = (house: Bench) => {
    const { ready, ...seen } = seeProgress(house.context);
    return { ...seen, ready: ready.map((one) => one.task) };
  };

  test('sees what could run, what runs, and when the last run ended', async () => {
    const house = await bench(`${task('T-1', 'echo one is done')}\n${task('T-2', 'echo two')}`);
    await house.monitor();
    expect(look(house)).toMatchObject({ queue: 'read', working: 0, ready: ['T-1', 'T-2'] });
    expect(look(house).lastRunEnded).toBeNull();
    await house.work();
    expect(look(house)).toMatchObject({ working: 0, ready: [], reviews: 0 });
    expect(look(house).lastRunEnded).toBeGreaterThan(Date.now() - HOUR);
  });

  test('counts what waits for a person as no work of the house', async () => {
    const house = await bench(task('T-1', 'echo done, look at it', ['Approval: after']));
    await house.work();
    expect(house.status('T-1')).toBe('REVIEW');
    expect(look(house)).toMatchObject({ ready: [], reviews: 1 });
  });

  test('sees a run that nobody answers for any more', async () => {
    const house = await bench(
      '### T-1: Task T-1\n- **Status:** PENDING\n- **Body:** external\n\nDo it.\n',
    );
    await house.dispatch();
    expect(look(house)).toMatchObject({ working: 1, suspects: [] });
    house.advance(24 * HOUR);
    expect(look(house)).toMatchObject({ working: 0, suspects: [{ task: 'T-1' }] });
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
    await house.monitor();
    expect(look(house).suspects).toEqual([]);
  });

  test('a task waits since the last that happened to it, not since it was written', async () => {
    const house = await bench(task('T-1', 'exit 1', ['Attempts: 1']));
    await house.work();
    house.advance(100 * HOUR);
    house.edit('FAILED', 'PENDING');
    house.advance(2000);
    await house.monitor();
    const [ready] = seeProgress(house.context).ready;
    expect(ready?.since).toBeGreaterThan(Date.now() + 99 * HOUR);
  });

  test('nothing is ready where the house is paused, and it says so', async () => {
    const house = await bench(task('T-1', 'echo 1'), {
      settings: 'queue: {adopted: true}\npaused: true\nbodies: {allow: [shell]}\n',
    });
    await house.monitor();
    expect(look(house)).toMatchObject({ ready: [], held: 'it is paused' });
  });
});
