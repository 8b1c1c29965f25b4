import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import {
  openConflict,
  readOpenConflicts,
  settleConflict,
} from '../../lib/records/conflict-store.ts';
import { pruneEvents, readEvents, recordEvent } from '../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { testHouse } from '../support/household.ts';

function memory(): DatabaseSync {
  const db = openHouseDatabase(join(testHouse('').paths.home, 'house.db'));
  onTestFinished(() => db.close());
  return db;
}

test('events are read oldest first, by task, type, time, and the newest few', () => {
  const db = memory();
  for (let n = 1; n <= 5; n++) {
    recordEvent(db, n * 10, {
      type: n % 2 ? 'task.created' : 'task.failed',
      task: `T-${n % 2}`,
      data: { n },
    });
  }
  const times = (query = {}) => readEvents(db, query).map((event) => event.time);
  expect(times()).toEqual([10, 20, 30, 40, 50]);
  expect(times({ task: 'T-0' })).toEqual([20, 40]);
  expect(times({ type: 'task.created', since: 30 })).toEqual([30, 50]);
  expect(times({ last: 2 })).toEqual([40, 50]);
  expect(times({ after: 4 })).toEqual([50]);
});

test('an event type of a later Robed is read as it stands', () => {
  const db = memory();
  db.exec('INSERT INTO events (time, type, data) VALUES (1, \'robe.donned\', \'{"by":"x"}\')');
  expect(readEvents(db)).toMatchObject([{ type: 'robe.donned', task: null, data: { by: 'x' } }]);
});

test('ids of events are not used again after the old ones are pruned', () => {
  const db = memory();
  recordEvent(db, 10, { type: 'system.info' });
  pruneEvents(db, 100);
  recordEvent(db, 200, { type: 'system.info' });
  expect(readEvents(db).map((event) => event.id)).toEqual([2]);
});

test('the same conflict is told once while it is open, and again once it was settled', () => {
  const db = memory();
  const conflict = { code: 'stale-save', task: null, message: 'first' };
  expect(openConflict(db, 1, conflict)).toBe(true);
  expect(openConflict(db, 2, { ...conflict, message: 'second' })).toBe(false);
  expect(openConflict(db, 2, { ...conflict, task: 'T-1' })).toBe(true);
  const [first] = readOpenConflicts(db);
  expect(first).toMatchObject({ message: 'second', openedAt: 1 });
  settleConflict(db, 3, first?.id ?? 0);
  expect(readOpenConflicts(db)).toHaveLength(1);
  expect(openConflict(db, 4, conflict)).toBe(true);
});
