import type { DatabaseSync } from 'node:sqlite';
import { readEvents } from '../../records/event-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import type { Candidate } from '../plan-claims.ts';

/** A task that could be claimed, and since when. */
export interface Ready {
  task: string;
  /** Milliseconds since the epoch, as far as the records tell. */
  since: number;
}

/**
 * Since when nothing holds a task back: since the last that happened to it (made, tried, approved,
 * due), its own times came, and all that it depends on was done.
 */
export function readySince(
  db: DatabaseSync,
  { key, fields, task }: Candidate,
  tasks: ReadonlyMap<string, TaskRecord>,
): Ready {
  const [last] = readEvents(db, { task: key, last: 1 });
  const since = [
    task.firstSeen,
    task.notBefore,
    task.dueAt,
    fields.notBefore,
    last?.time,
    ...fields.dependsOn.map((id) => tasks.get(id)?.finishedAt),
  ];
  return { task: key, since: Math.max(...since.map((time) => time ?? 0)) };
}
