import { expect, test } from 'vitest';
import { lastProbe, pruneProbes, recordProbe, uptime } from '../../lib/records/probe-store.ts';
import { emptyHousehold } from '../support/household-database.ts';

test('uptime is the share of a name’s own samples since then', () => {
  const { db } = emptyHousehold();
  for (const [time, up] of [
    [10, false],
    [20, true],
    [30, true],
    [40, false],
  ] as const) {
    recordProbe(db, time, 'wizard:ezra', up);
  }
  recordProbe(db, 40, 'gitea', true);
  expect(uptime(db, 'wizard:ezra', 0, 40)).toEqual({ share: 0.5, probes: 4, seen: 1 });
  expect(uptime(db, 'wizard:ezra', 20, 40).share).toBeCloseTo(2 / 3);
  expect(uptime(db, 'gitea', 0, 40)).toEqual({ share: 1, probes: 1, seen: 1 });
});

test('nothing is said of what was never sampled', () => {
  const { db } = emptyHousehold();
  expect(uptime(db, 'wizard:nobody', 0, 9)).toEqual({ share: null, probes: 0, seen: null });
  expect(lastProbe(db, 'wizard:nobody')).toBeNull();
});

test('old samples are dropped', () => {
  const { db } = emptyHousehold();
  for (const time of [10, 20]) recordProbe(db, time, 'gitea', true);
  pruneProbes(db, 20);
  expect([uptime(db, 'gitea', 0, 30).probes, lastProbe(db, 'gitea')]).toEqual([1, 20]);
});

test('the time in which nobody looked is not seen', () => {
  const { db } = emptyHousehold();
  const look = (from: number, to: number) => {
    for (let time = from; time < to; time += 5) recordProbe(db, time, 'wizard:ezra', true);
  };
  look(0, 100);
  look(600, 1000);
  // Of 1000: 0 to 100, a look's time after it, and 600 to 1000.
  expect(uptime(db, 'wizard:ezra', 0, 1000).seen).toBeCloseTo(0.505);
  expect(uptime(db, 'wizard:ezra', 0, 2000).seen).toBeCloseTo(0.255);
  // What went before says that somebody could have looked: 10 of the 200 until 600.
  expect(uptime(db, 'wizard:ezra', 400, 1000).seen).toBeCloseTo(410 / 600);
  expect(uptime(db, 'wizard:ezra', 600, 1000).seen).toBe(1);
});
