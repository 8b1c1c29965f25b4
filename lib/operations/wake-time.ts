import { readFields } from '../queue/fields.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { RunRecord } from '../records/run.ts';
import type { TaskRecord } from '../records/task.ts';
import { DELETION_MS } from './later.ts';
import { parseRecurrence } from './recurrence.ts';
import { TRIGGER_GRACE_MS } from './see-runs.ts';

/** What a version of the queue says about time, by task key; read once a version. */
export interface QueueTimes {
  /** Milliseconds since the epoch. */
  notBefore: ReadonlyMap<string, number>;
  /** Cron expressions of recurring tasks. */
  cron: ReadonlyMap<string, string>;
}

export function timesOf(reading: QueueReading | null): QueueTimes {
  const notBefore = new Map<string, number>();
  const cron = new Map<string, string>();
  for (const [key, entry] of reading?.keyed.single ?? []) {
    if (entry.fields.size === 0) continue;
    const fields = readFields(entry);
    if (fields.notBefore !== null) notBefore.set(key, fields.notBefore);
    const recurrence = fields.every === null ? null : parseRecurrence(fields.every);
    if (recurrence?.kind === 'cron') cron.set(key, recurrence.expression);
  }
  return { notBefore, cron };
}

export interface WakeSight {
  times: QueueTimes;
  tasks: ReadonlyMap<string, TaskRecord>;
  runs: readonly RunRecord[];
  /** When a trigger last came or went: the time of the folder work/. */
  workChangedAt: number;
}

/**
 * The next moment at which time alone changes what a reconcile would do; null: none. What is past
 * has been acted on, or can't be. Pure.
 */
export function nextWake(sight: WakeSight, now: number): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const time of wakeTimes(sight)) {
    if (time !== null && time > now && time < next) next = time;
  }
  return Number.isFinite(next) ? next : null;
}

function* wakeTimes({ times, tasks, runs, workChangedAt }: WakeSight): Generator<number | null> {
  for (const task of tasks.values()) {
    if (task.deletedAt !== null || task.archivedAt !== null) continue;
    if (task.missingSince !== null) yield task.missingSince + DELETION_MS;
    else if (task.status === 'PENDING') {
      yield task.notBefore;
      yield task.dueAt;
      yield times.notBefore.get(task.key) ?? null;
    } else if (task.status === 'COMPLETE' || task.status === 'FAILED') yield task.dueAt;
  }
  for (const run of runs) {
    if (run.state !== 'claimed' && run.state !== 'running') continue;
    yield run.leaseUntil + 1;
    if (run.body === 'external') yield workChangedAt + TRIGGER_GRACE_MS;
  }
}
