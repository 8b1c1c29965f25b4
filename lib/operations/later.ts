import { transaction } from '../platform/sqlite.ts';
import { readFields } from '../queue/fields.ts';
import type { QueueReading } from '../queue/reading.ts';
import { openConflict } from '../records/conflict-store.ts';
import { recordEvent } from '../records/event-store.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { readTask, writeTask } from '../records/task-store.ts';
import { move } from './claim.ts';
import type { HouseContext } from './context.ts';
import { nextOccurrence, parseRecurrence } from './recurrence.ts';

/** No deletion is believed on one reading: how much later the other has to be. */
export const DELETION_MS = 2000;

/** By more than this no clock is put back that ran at all right. */
const PUT_BACK_MS = 86_400_000;

/** Record as deleted what a second reading, a while after the first, still does not find. */
export function confirmDeletions(
  context: HouseContext,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const { db, clock } = context;
  const now = clock.now();
  const isGone = (task: TaskRecord | null): task is TaskRecord =>
    task !== null &&
    task.missingSince !== null &&
    task.deletedAt === null &&
    now - task.missingSince >= DELETION_MS;
  const seen = [...tasks.values()].filter(isGone);
  if (seen.length === 0) return false;
  const gone = transaction(db, () => {
    const running = new Set(readOpenRuns(db).map((run) => run.task));
    // As it stands: its runner may have recorded its end since it was seen.
    const still = seen.map(({ key }) => readTask(db, key)).filter(isGone);
    for (const task of still) {
      writeTask(db, { ...task, deletedAt: now });
      recordEvent(db, now, { type: 'task.deleted', task: task.key, data: { status: task.status } });
      if (!running.has(task.key)) continue;
      openConflict(db, now, {
        code: 'deleted-running',
        task: task.key,
        message: `${task.key} was deleted while it runs: the run goes on and its report is kept. \`robed cancel ${task.key}\` stops it`,
      });
    }
    return still;
  });
  for (const task of gone) tell(`${task.key}: deleted by a person`);
  return true;
}

/**
 * Bring back recurring tasks whose time has come: however many occurrences were missed, once. What
 * a person says now counts: without its Every a task rests, with a new one it has a time to wait for.
 */
export function dueTasks(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const now = context.clock.now();
  let changed = false;
  for (const [key, entry] of reading.keyed.single) {
    const task = tasks.get(key);
    if (task?.status !== 'COMPLETE' && task?.status !== 'FAILED') continue;
    const every = entry.fields.has('every') ? readFields(entry).every : null;
    const dueAt = every === null ? null : dueBy(every, task, now);
    if (dueAt !== task.dueAt) {
      if (!setTimes(context, task, { dueAt })) continue;
    } else {
      if (dueAt === null || dueAt > now || move(context, key, { type: 'due' }) === null) continue;
      tell(`${key}: due again`);
    }
    changed = true;
  }
  return changed;
}

/** When a task that has ended comes again, by its Every of today; what was missed is caught up with. */
function dueBy(every: string, { dueAt, finishedAt }: TaskRecord, now: number): number | null {
  const recurrence = parseRecurrence(every);
  if (recurrence === null || (dueAt !== null && dueAt <= now)) return dueAt;
  // Where the clock was put back a little, the time that it ran at is not to come twice.
  if (recurrence.kind === 'cron') {
    const isLittle = finishedAt !== null && finishedAt - now <= PUT_BACK_MS;
    return nextOccurrence(recurrence, now, isLittle ? Math.max(now, finishedAt) : now);
  }
  const latest = now + recurrence.milliseconds;
  // Later than a whole Every from now: that is another one by now, or the clock was put back.
  return dueAt === null || dueAt > latest ? latest : dueAt;
}

/** A back-off that is longer than any was reckoned while the clock stood wrong: it begins now. */
export function shortenBackOffs(
  context: HouseContext,
  tasks: ReadonlyMap<string, TaskRecord>,
): boolean {
  const { clock, house } = context;
  let changed = false;
  for (const task of tasks.values()) {
    if (task.status !== 'PENDING' || task.notBefore === null) continue;
    const notBefore = clock.now() + house.settings.backoff * 2 ** (task.attempts - 1);
    if (task.notBefore > notBefore && setTimes(context, task, { notBefore })) changed = true;
  }
  return changed;
}

/** False where the task moved on since `seen`. */
function setTimes(
  { db }: HouseContext,
  seen: TaskRecord,
  times: { dueAt: number | null } | { notBefore: number },
): boolean {
  return transaction(db, () => {
    const task = readTask(db, seen.key);
    const isSame =
      task?.status === seen.status &&
      task.dueAt === seen.dueAt &&
      task.notBefore === seen.notBefore;
    if (isSame) writeTask(db, { ...task, ...times });
    return isSame;
  });
}

/** A task that recurs by a cron expression waits for its first time too; one by a duration begins at once. */
export function scheduleFirst(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
): boolean {
  const { clock } = context;
  let changed = false;
  for (const [key, entry] of reading.keyed.single) {
    const task = tasks.get(key);
    if (task?.status !== 'PENDING' || task.lastRun !== null) continue;
    // One that has come stands; one that lies ahead is reckoned anew, since the clock may be put back.
    if (task.dueAt !== null && task.dueAt <= clock.now()) continue;
    const every = entry.fields.has('every') ? readFields(entry).every : null;
    const recurrence = every === null ? null : parseRecurrence(every);
    if (recurrence?.kind !== 'cron') continue;
    const dueAt = nextOccurrence(recurrence, task.firstSeen, clock.now());
    if (dueAt !== null && dueAt !== task.dueAt && setTimes(context, task, { dueAt }))
      changed = true;
  }
  return changed;
}
