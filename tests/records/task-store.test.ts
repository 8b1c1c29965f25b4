import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { Status } from '../../lib/core/status.ts';
import { transaction } from '../../lib/platform/sqlite.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { newTaskRecord } from '../../lib/records/task.ts';
import {
  currentTask,
  keysInSeries,
  readTasks,
  renameTask,
  writeTask,
} from '../../lib/records/task-store.ts';
import { testHouse } from '../support/household.ts';

const undo = new Error('undone');

function connections(): { db: DatabaseSync; other: DatabaseSync } {
  const path = join(testHouse('').paths.home, 'house.db');
  const [db, other] = [openHouseDatabase(path), openHouseDatabase(path)];
  onTestFinished(() => {
    db.close();
    other.close();
  });
  set(db, 'A', 'PENDING');
  set(db, 'B', 'PENDING');
  expect(told(db)).toEqual({ A: 'PENDING', B: 'PENDING' });
  return { db, other };
}

function set(db: DatabaseSync, key: string, status: Status): void {
  writeTask(db, newTaskRecord(key, `Task ${key}`, 'hash', status, 1));
}

const told = (db: DatabaseSync): Record<string, string> =>
  Object.fromEntries([...readTasks(db)].map(([key, task]) => [key, task.status]));

function undone(db: DatabaseSync, write: () => void): void {
  expect(() =>
    transaction(db, () => {
      write();
      throw undo;
    }),
  ).toThrow(undo);
}

test('a task that was written, or is new, is read so at once', () => {
  const { db } = connections();
  set(db, 'A', 'COMPLETE');
  set(db, 'C', 'BLOCKED');
  expect(told(db)).toEqual({ A: 'COMPLETE', B: 'PENDING', C: 'BLOCKED' });
});

test('a row that did not change is not read again', () => {
  const { db } = connections();
  const before = readTasks(db);
  set(db, 'A', 'COMPLETE');
  const after = readTasks(db);
  expect(after.get('B')).toBe(before.get('B'));
  expect(after.get('A')).not.toBe(before.get('A'));
});

test('what another connection commits is read, and not before it commits', () => {
  const { db, other } = connections();
  transaction(other, () => {
    set(other, 'A', 'COMPLETE');
    expect(told(db)).toEqual({ A: 'PENDING', B: 'PENDING' });
  });
  expect(told(db)).toEqual({ A: 'COMPLETE', B: 'PENDING' });
  renameTask(other, 'A', 'C');
  expect(told(db)).toEqual({ C: 'COMPLETE', B: 'PENDING' });
});

test('a transaction reads what it wrote, and nobody does once it is undone', () => {
  const { db } = connections();
  undone(db, () => {
    set(db, 'A', 'COMPLETE');
    set(db, 'C', 'BLOCKED');
    expect(told(db)).toEqual({ A: 'COMPLETE', B: 'PENDING', C: 'BLOCKED' });
  });
  expect(told(db)).toEqual({ A: 'PENDING', B: 'PENDING' });
});

test('a savepoint that is undone within a transaction takes its writes along', () => {
  const { db } = connections();
  transaction(db, () => {
    set(db, 'A', 'COMPLETE');
    undone(db, () => {
      set(db, 'A', 'FAILED');
      expect(told(db)).toEqual({ A: 'FAILED', B: 'PENDING' });
    });
    expect(told(db)).toEqual({ A: 'COMPLETE', B: 'PENDING' });
  });
  expect(told(db)).toEqual({ A: 'COMPLETE', B: 'PENDING' });
});

test('a first reading within a transaction that is undone leaves nothing behind', () => {
  const { other } = connections();
  undone(other, () => {
    set(other, 'A', 'COMPLETE');
    expect(told(other)).toEqual({ A: 'COMPLETE', B: 'PENDING' });
  });
  expect(told(other)).toEqual({ A: 'PENDING', B: 'PENDING' });
});

test('a rename is read, and gone once it is undone', () => {
  const { db } = connections();
  undone(db, () => {
    renameTask(db, 'A', 'C');
    expect(told(db)).toEqual({ C: 'PENDING', B: 'PENDING' });
  });
  expect(told(db)).toEqual({ A: 'PENDING', B: 'PENDING' });
  renameTask(db, 'A', 'C');
  expect(told(db)).toEqual({ C: 'PENDING', B: 'PENDING' });
});

test('a handle that a task of before had is taken over, and that one keeps its record', () => {
  const { db } = connections();
  set(db, 'A', 'COMPLETE');
  renameTask(db, 'B', 'A');
  expect(told(db)).toEqual({ A: 'PENDING', B: 'COMPLETE' });
  renameTask(db, 'gone', 'A');
  expect(told(db)).toEqual({ A: 'PENDING', B: 'COMPLETE' });
});

test('what a caller does to its map or a record reaches no other', () => {
  const { db } = connections();
  const mine = readTasks(db);
  mine.delete('A');
  set(db, 'A', 'COMPLETE');
  for (const task of readTasks(db).values()) {
    expect(() => {
      (task as { status: string }).status = 'FAILED';
    }).toThrow(TypeError);
  }
  expect(told(db)).toEqual({ A: 'COMPLETE', B: 'PENDING' });
});

test('an archived task is found by its key, and never gone through', () => {
  const { db, other } = connections();
  const archived = { ...newTaskRecord('A', 'Task A', 'hash', 'COMPLETE', 1), archivedAt: 5 };
  for (const connection of [db, other]) {
    writeTask(connection, archived);
    expect(told(db)).toEqual({ B: 'PENDING' });
    expect(readTasks(db).get('A')).toMatchObject({ status: 'COMPLETE', archivedAt: 5 });
    expect(readTasks(db).has('A')).toBe(true);
    expect(readTasks(db).has('C')).toBe(false);
  }
});

test('of a series the highest archived id of each length is told, whatever its case, and all that live', () => {
  const { db } = connections();
  const archived = ['T-1', 'T-2', 't-98', 'T-097', 'T-9z', 'T-9-1', 'U-7', 'TT-9', '~k3v9q2xa'];
  for (const key of archived) {
    writeTask(db, { ...newTaskRecord(key, key, 'hash', 'COMPLETE', 1), archivedAt: 5 });
  }
  expect(keysInSeries(db, 'T-').sort()).toEqual(['A', 'B', 'T-097', 'T-2', 't-98']);
  expect(keysInSeries(db, 'X-').sort()).toEqual(['A', 'B']);
});

test('the current task is the one that was read or written last, while that holds', () => {
  const { db, other } = connections();
  expect(currentTask(db, 'B')).toBe(readTasks(db).get('B'));
  set(db, 'A', 'COMPLETE');
  expect(currentTask(db, 'A')?.status).toBe('COMPLETE');
  set(other, 'A', 'BLOCKED');
  expect(currentTask(db, 'A')?.status).toBe('BLOCKED');
  expect(currentTask(db, 'C')).toBeNull();
});

test('the current task is not what was undone, nor what was written over it elsewhere', () => {
  const { db, other } = connections();
  undone(db, () => {
    set(db, 'A', 'COMPLETE');
    expect(currentTask(db, 'A')?.status).toBe('COMPLETE');
  });
  expect(currentTask(db, 'A')?.status).toBe('PENDING');
  transaction(db, () => {
    set(db, 'A', 'REVIEW');
    undone(db, () => set(db, 'A', 'COMPLETE'));
    expect(currentTask(db, 'A')?.status).toBe('REVIEW');
  });
  set(other, 'A', 'BLOCKED');
  set(db, 'B', 'COMPLETE');
  expect(currentTask(db, 'A')?.status).toBe('BLOCKED');
  expect(told(db)).toEqual({ A: 'BLOCKED', B: 'COMPLETE' });
  set(other, 'B', 'PENDING');
  expect(told(db)).toEqual({ A: 'BLOCKED', B: 'PENDING' });
});
