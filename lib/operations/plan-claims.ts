import type { QueueEntry } from '../queue/document.ts';
import { readFields, type TaskFields } from '../queue/fields.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { RunRecord } from '../records/run.ts';
import type { TaskRecord } from '../records/task.ts';
import { type QueueGate, waitingFor } from './readiness.ts';

/** An entry that nothing holds back but a free place. */
export interface Candidate {
  key: string;
  entry: QueueEntry;
  fields: TaskFields;
  task: TaskRecord;
}

/** Where a file says nothing of priority: after P0 and P1, before P3. */
const USUAL_PRIORITY = 2;

/** Who may be claimed now, best first: priority, then order in the file. Pure. */
export function candidates(
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  gate: QueueGate,
  now: number,
): Candidate[] {
  const found: Candidate[] = [];
  for (const [key, entry] of reading.keyed.single) {
    const task = tasks.get(key);
    if (task?.status !== 'PENDING' || entry.status !== 'PENDING') continue;
    const fields = readFields(entry);
    const subject = { key, entry, fields, task, duplicate: false, tasks, now };
    if (waitingFor(subject, gate).length === 0) found.push({ key, entry, fields, task });
  }
  return found.sort((a, b) => priority(a) - priority(b) || a.entry.line - b.entry.line);
}

/** How many more runs the wizard may have. */
export function freePlaces(runs: readonly RunRecord[], concurrency: number): number {
  const live = runs.filter((run) => run.state === 'claimed' || run.state === 'running').length;
  return Math.max(0, concurrency - live);
}

const priority = (candidate: Candidate): number => candidate.entry.priority ?? USUAL_PRIORITY;
