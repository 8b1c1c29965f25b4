import { expect, it } from 'vitest';
import type { GatewayState } from '../../lib/houses/house-state.ts';
import {
  type BringUp,
  failed,
  planBringUp,
  starting as startAgain,
} from '../../lib/operations/plan-bring-up.ts';

const NOW = 1_700_000_000_000;
const PATIENCE = 240_000;
const MINUTE = 60_000;

const starting = (since: number, pid: number | null = 7): BringUp => ({
  ...{ phase: 'starting', since, pid, failures: 0, logged: 0 },
});
const backOff = (nextTry: number): BringUp => ({
  ...{ phase: 'failed', failures: 2, nextTry, reason: 'it ended' },
});

const step = (state: GatewayState['state'], known: BringUp | null) =>
  planBringUp({ state, detail: 'as seen' }, known, PATIENCE, NOW).type;

it.each<[GatewayState['state'], string, BringUp | null, string]>([
  ['none', 'nothing', null, 'up'],
  ['running', 'nothing', null, 'up'],
  ['running', 'that it was started', starting(NOW), 'up'],
  ['running', 'that it failed', backOff(NOW + MINUTE), 'up'],
  ['stopped', 'nothing', null, 'start'],
  ['stopped', 'that it was started', starting(NOW - 1000), 'fail'],
  ['stopped', 'that it is just being started', starting(NOW - 1000, null), 'wait'],
  ['stopped', 'that its starter died', starting(NOW - 11_000, null), 'start'],
  ['stopped', 'that it failed', backOff(NOW + MINUTE), 'back-off'],
  ['stopped', 'that it failed a while ago', backOff(NOW), 'start'],
  ['stopped', 'a back-off of a clock that was set back', backOff(NOW + 100 * MINUTE), 'start'],
  ['starting', 'nothing', null, 'watch'],
  ['starting', 'that it was started', starting(NOW - PATIENCE), 'wait'],
  ['starting', 'that it was started too long ago', starting(NOW - PATIENCE - 1), 'fail'],
  ['starting', 'a start in the future', starting(NOW + PATIENCE + 1), 'fail'],
  ['starting', 'that it failed', backOff(NOW + MINUTE), 'back-off'],
  ['starting', 'that it failed a while ago', backOff(NOW - 1), 'watch'],
  ['draining', 'nothing', null, 'watch'],
  ['draining', 'that it was started', starting(NOW), 'wait'],
  ['degraded', 'nothing', null, 'watch'],
  ['degraded', 'that it was started', starting(NOW), 'wait'],
  ['degraded', 'that it was started too long ago', starting(NOW - PATIENCE - 1), 'fail'],
  ['degraded', 'that it failed a while ago', backOff(NOW - 1), 'restart'],
  ['foreign', 'nothing', null, 'fail'],
  ['foreign', 'that it was started', starting(NOW), 'fail'],
  ['foreign', 'that it failed', backOff(NOW + MINUTE), 'back-off'],
])('where it is %s and Robed knows %s', (state, _what, known, type) => {
  expect(step(state, known)).toBe(type);
});

it('waits a minute after a first failure, twice as long after each, and an hour at most', () => {
  let known: BringUp | null = null;
  const waits: number[] = [];
  for (let round = 0; round < 9; round++) {
    known = failed(known, 'it ended', NOW);
    waits.push(known.phase === 'failed' ? (known.nextTry - NOW) / MINUTE : 0);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect(known).toMatchObject({ failures: 9, reason: 'it ended' });
});

it('keeps since when it has failed through the starts between, and forgets it once it is up', () => {
  const first = failed(null, 'no key', NOW);
  const again = startAgain(first, { since: NOW + MINUTE, pid: null, logged: 0 });
  expect(again).toMatchObject({ phase: 'starting', failures: 1, failingSince: NOW });
  const second = failed(again, 'it ended', NOW + 2 * MINUTE);
  expect(second).toMatchObject({ failures: 2, failingSince: NOW, reason: 'it ended' });
  expect(startAgain(null, { since: NOW, pid: 7, logged: 0 })).toEqual(starting(NOW));
});
