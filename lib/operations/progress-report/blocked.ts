import { readFields } from '../../queue/fields.ts';
import type { QueueReading } from '../../queue/reading.ts';
import type { TaskRecord } from '../../records/task.ts';
import { type QueueGate, type Waiting, waitingFor } from '../readiness.ts';
import type { BlockedTask, Progress } from './progress.ts';

/** What time alone makes ready. */
const BY_TIME: readonly Waiting['code'][] = ['not-before', 'not-due', 'back-off'];

const OPEN: QueueGate = { adopted: true, paused: false, readOnly: null, unreadable: false };

/** Why nothing of the queue is dispatched, whatever its tasks say; null: nothing holds it. */
export function heldBy(gate: QueueGate): string | null {
  if (gate.unreadable) return `the queue can't be trusted: ${gate.readOnly ?? 'it is damaged'}`;
  if (!gate.adopted) return 'the queue is not adopted';
  if (gate.readOnly !== null) return `the queue is read-only: ${gate.readOnly}`;
  return gate.paused ? 'the queue is paused' : null;
}

/** Tasks that wait for somebody or something, and the first that waits for its time. Pure. */
export function blockedTasks(
  reading: QueueReading | null,
  tasks: ReadonlyMap<string, TaskRecord>,
  now: number,
): { blocked: BlockedTask[]; later: Progress['later'] } {
  const blocked: BlockedTask[] = [];
  let later: Progress['later'] = null;
  for (const [key, entry] of reading?.keyed.single ?? []) {
    const task = tasks.get(key);
    if (task === undefined) continue;
    const { title, status } = task;
    if (status === 'BLOCKED') {
      blocked.push({ task: key, title, status, on: [task.reason ?? 'a person set it so'] });
    }
    if (status !== 'PENDING') continue;
    const fields = readFields(entry);
    const subject = { key, entry, fields, task, duplicate: false, tasks, now };
    const reasons = waitingFor(subject, OPEN);
    const on = reasons.filter(({ code }) => !BY_TIME.includes(code));
    if (on.length > 0) {
      blocked.push({ task: key, title, status, on: on.map(({ message }) => message) });
    } else if (reasons.length > 0) {
      const at = Math.max(fields.notBefore ?? 0, task.dueAt ?? 0, task.notBefore ?? 0);
      if (later === null || at < later.at) later = { task: key, title, at };
    }
  }
  return { blocked, later };
}
