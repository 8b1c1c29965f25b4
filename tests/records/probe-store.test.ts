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
  expect(uptime(db, 'wizard:ezra', 0)).toEqual({ share: 0.5, probes: 4 });
  expect(uptime(db, 'wizard:ezra', 20).share).toBeCloseTo(2 / 3);
  expect(uptime(db, 'gitea', 0)).toEqual({ share: 1, probes: 1 });
});

test('nothing is said of what was never sampled', () => {
  const { db } = emptyHousehold();
  expect(uptime(db, 'wizard:nobody', 0)).toEqual({ share: null, probes: 0 });
  expect(lastProbe(db, 'wizard:nobody')).toBeNull();
});

test('old samples are dropped', () => {
  const { db } = emptyHousehold();
  for (const time of [10, 20]) recordProbe(db, time, 'gitea', true);
  pruneProbes(db, 20);
  expect([uptime(db, 'gitea', 0).probes, lastProbe(db, 'gitea')]).toEqual([1, 20]);
});
