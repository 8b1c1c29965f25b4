import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { houseNames } from '../../houses/household.ts';
import { housePaths } from '../../houses/paths.ts';
import { readEvents } from '../../records/event-store.ts';
import { openHouseDatabase } from '../../records/house-db.ts';
import { readTask } from '../../records/task-store.ts';

/** Somewhere that events are recorded: a house, or the household itself. */
export interface EventSource {
  /** null: the household. */
  wizard: string | null;
  db: DatabaseSync;
}

/**
 * `use` with the household's events and those of every house that has a memory, which are closed
 * after it. A house whose memory can't be opened is left out: doctor tells of it.
 */
export async function withEventSources<T>(
  root: string,
  household: DatabaseSync,
  use: (sources: readonly EventSource[]) => Promise<T> | T,
): Promise<T> {
  const houses: EventSource[] = [];
  try {
    for (const wizard of houseNames(root)) {
      const db = openMemory(housePaths(join(root, 'wizards', wizard)).database);
      if (db !== null) houses.push({ wizard, db });
    }
    return await use([{ wizard: null, db: household }, ...houses]);
  } finally {
    for (const { db } of houses) db.close();
  }
}

function openMemory(path: string): DatabaseSync | null {
  if (!existsSync(path)) return null;
  try {
    return openHouseDatabase(path);
  } catch {
    return null;
  }
}

/** What a task is called; null where it is none of a house's, or not known. */
export function titleOf({ wizard, db }: EventSource, task: string | null): string | null {
  return wizard === null || task === null ? null : (readTask(db, task)?.title ?? null);
}

/** The id after which events are new to somebody who first listens at `since`. */
export function cursorSince({ db }: EventSource, since: number): number {
  const [first] = readEvents(db, { since });
  return first === undefined ? lastEventId(db) : first.id - 1;
}

/** 0 where there is none. */
export const lastEventId = (db: DatabaseSync): number => readEvents(db, { last: 1 })[0]?.id ?? 0;
