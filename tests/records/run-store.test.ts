import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { emptyResult } from '../../lib/operations/end-run.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import type { RunRecord } from '../../lib/records/run.ts';
import {
  agentWorked,
  countLiveRuns,
  endRun,
  insertRun,
  lastRunEnd,
  raiseFence,
  readOpenRuns,
  readRun,
  readRunsEnded,
  renewLease,
  settleRun,
  takeRun,
} from '../../lib/records/run-store.ts';
import { testHouse } from '../support/household.ts';

function memory(): DatabaseSync {
  const db = openHouseDatabase(join(testHouse('').paths.home, 'house.db'));
  onTestFinished(() => db.close());
  return db;
}

const run = (name: string, task: string): Omit<RunRecord, 'fence'> => ({
  run: name,
  task,
  attempt: 1,
  state: 'claimed',
  body: 'shell',
  agent: false,
  leader: null,
  job: '{}',
  holder: null,
  claimedAt: 1,
  startedAt: null,
  leaseUntil: 2,
  endedAt: null,
  stop: null,
  result: null,
});

const result = { ...emptyResult('completed', ''), status: 'COMPLETE' as const };

test('a task never has two live runs, whoever asks', () => {
  const db = memory();
  insertRun(db, run('a', 'T-1'));
  expect(() => insertRun(db, run('b', 'T-1'))).toThrow();
  insertRun(db, run('c', 'T-2'));
  expect(countLiveRuns(db)).toBe(2);
  endRun(db, 'a', 5, result);
  insertRun(db, run('b', 'T-1'));
});

test('fences rise strictly, also over gaps and over what was seen in files', () => {
  const db = memory();
  const first = insertRun(db, run('a', 'T-1'));
  db.exec("DELETE FROM runs WHERE run = 'a'");
  const second = insertRun(db, run('b', 'T-1'));
  expect(second).toBeGreaterThan(first);
  raiseFence(db, 500);
  raiseFence(db, 3);
  expect(insertRun(db, run('c', 'T-2'))).toBe(501);
});

test('a run has one end: the second changes nothing', () => {
  const db = memory();
  insertRun(db, run('a', 'T-1'));
  expect(endRun(db, 'a', 5, result)).toBe(true);
  expect(endRun(db, 'a', 9, { ...result, outcome: 'failed' })).toBe(false);
  expect(readRun(db, 'a')).toMatchObject({
    state: 'ended',
    endedAt: 5,
    result: { outcome: 'completed' },
  });
});

test('what has ended is neither taken nor renewed, and stays open until it is settled', () => {
  const db = memory();
  insertRun(db, run('a', 'T-1'));
  const change = { state: 'running', holder: null, startedAt: 3, leaseUntil: 9 } as const;
  expect(takeRun(db, 'a', change)).toBe(true);
  expect(renewLease(db, 'a', 20)).toBe(true);
  endRun(db, 'a', 5, result);
  expect([takeRun(db, 'a', change), renewLease(db, 'a', 30)]).toEqual([false, false]);
  expect(readOpenRuns(db)).toHaveLength(1);
  settleRun(db, 'a');
  expect(readOpenRuns(db)).toEqual([]);
  expect(readRun(db, 'a')).toMatchObject({ state: 'settled', leaseUntil: 20 });
});

test('what ended in a time is told, oldest first, and nothing that still runs', () => {
  const db = memory();
  expect(lastRunEnd(db)).toBeNull();
  for (const [name, end] of [
    ['a', 30],
    ['b', 10],
    ['c', 20],
  ] as const) {
    insertRun(db, run(name, `T-${name}`));
    endRun(db, name, end, result);
  }
  insertRun(db, run('d', 'T-d'));
  expect(readRunsEnded(db, 10, 30).map(({ run }) => run)).toEqual(['b', 'c']);
  expect(lastRunEnd(db)).toBe(30);
});

test('an agent worked where its run reaches into the time, ended or not', () => {
  const db = memory();
  insertRun(db, { ...run('shell', 'T-0'), claimedAt: 1 });
  expect(agentWorked(db, 1, 100)).toBe(false);
  insertRun(db, { ...run('a', 'T-1'), agent: true, claimedAt: 10 });
  expect([agentWorked(db, 1, 9), agentWorked(db, 1, 10), agentWorked(db, 90, 99)]).toEqual([
    ...[false, true, true],
  ]);
  endRun(db, 'a', 20, result);
  expect([agentWorked(db, 1, 9), agentWorked(db, 20, 30), agentWorked(db, 21, 30)]).toEqual([
    ...[false, true, false],
  ]);
});
