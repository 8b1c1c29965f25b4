import type { QueueEntry } from '../queue/document.ts';
import type { TaskFields } from '../queue/fields.ts';
import type { TaskRecord } from '../records/task.ts';

/** Why a task is not dispatched. Codes are stable; the message is for a person. */
export interface Waiting {
  code:
    | 'not-adopted'
    | 'paused'
    | 'read-only'
    | 'unreadable'
    | 'duplicate-id'
    | 'unclosed'
    | 'not-recorded'
    | 'status'
    | 'problem'
    | 'not-before'
    | 'not-due'
    | 'back-off'
    | 'depends-on'
    | 'decision'
    | 'concurrency'
    | 'gateway';
  message: string;
}

/** What holds the whole queue back; empty: nothing. */
export interface QueueGate {
  adopted: boolean;
  paused: boolean;
  readOnly: string | null;
  unreadable: boolean;
}

/** Everything that a task's turn depends on. */
export interface Subject {
  key: string;
  entry: QueueEntry;
  fields: TaskFields;
  task: TaskRecord | undefined;
  duplicate: boolean;
  tasks: ReadonlyMap<string, TaskRecord>;
  now: number;
}

/** Reasons that hold a task back, all of them; empty: it may be claimed. Pure. */
export function waitingFor(subject: Subject, gate: QueueGate): Waiting[] {
  return [...gateReasons(gate), ...taskReasons(subject)];
}

function gateReasons(gate: QueueGate): Waiting[] {
  const reasons: Waiting[] = [];
  if (!gate.adopted) {
    reasons.push({
      code: 'not-adopted',
      message: 'the queue is not adopted: `robed adopt` shows what that would do',
    });
  }
  if (gate.paused) reasons.push({ code: 'paused', message: 'the queue is paused' });
  if (gate.unreadable) {
    reasons.push({
      code: 'unreadable',
      message: `the queue can't be trusted: ${gate.readOnly ?? 'it is damaged'}`,
    });
  } else if (gate.readOnly !== null) {
    reasons.push({ code: 'read-only', message: `the queue is read-only: ${gate.readOnly}` });
  }
  return reasons;
}

function taskReasons(subject: Subject): Waiting[] {
  const { key, entry, fields, task, duplicate, now } = subject;
  if (duplicate) {
    return [
      {
        code: 'duplicate-id',
        message: `the id ${key} stands more than once: give one of them another`,
      },
    ];
  }
  if (task === undefined) {
    return [{ code: 'not-recorded', message: 'Robed has not read this version of the queue yet' }];
  }
  const reasons: Waiting[] = [];
  if (entry.unclosed) {
    reasons.push({
      code: 'unclosed',
      message: 'a code fence in it is never closed: is the save whole?',
    });
  }
  if (task.status !== 'PENDING') {
    const why = task.reason ? `: ${task.reason}` : '';
    const again = endedUntil(task);
    const next = again === null ? '' : `; it comes again at ${at(again)}`;
    return [...reasons, { code: 'status', message: `it is ${task.status}${why}${next}` }];
  }
  if (entry.fields.has('decides')) {
    reasons.push({
      code: 'decision',
      message: 'it asks for a decision, and there is nothing of it to run',
    });
  }
  for (const problem of fields.problems) {
    reasons.push({ code: 'problem', message: `line ${problem.line}: ${problem.message}` });
  }
  if (fields.notBefore !== null && now < fields.notBefore) {
    reasons.push({ code: 'not-before', message: `not before ${at(fields.notBefore)}` });
  }
  if (task.dueAt !== null && now < task.dueAt) {
    reasons.push({ code: 'not-due', message: `it is due at ${at(task.dueAt)}` });
  }
  if (task.notBefore !== null && now < task.notBefore) {
    reasons.push({
      code: 'back-off',
      message: `its last attempt failed; it is tried again at ${at(task.notBefore)}`,
    });
  }
  for (const id of fields.dependsOn) {
    const reason = dependency(id, key, subject.tasks);
    if (reason !== null) reasons.push({ code: 'depends-on', message: reason });
  }
  return reasons;
}

/** Ids are matched as written, else without regard to case. */
function dependency(
  id: string,
  key: string,
  tasks: ReadonlyMap<string, TaskRecord>,
): string | null {
  if (id === key) return 'it depends on itself';
  const other =
    tasks.get(id) ?? [...tasks.values()].find((t) => t.key.toLowerCase() === id.toLowerCase());
  if (other === undefined) return `it depends on ${id}, which no entry has as its id`;
  if (other.status === 'COMPLETE') return null;
  if (other.deletedAt !== null) return `it depends on ${id}, which was deleted as ${other.status}`;
  return `it depends on ${id}, which is ${other.status}`;
}

/** When a recurring task that has ended is due; null: it is not to come again. */
const endedUntil = ({ status, dueAt }: TaskRecord): number | null =>
  status === 'COMPLETE' || status === 'FAILED' ? dueAt : null;

const at = (time: number): string =>
  new Date(time).toISOString().replace('T', ' ').slice(0, 19).concat(' UTC');
