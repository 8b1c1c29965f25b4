import { UserError } from '../core/errors.ts';
import { transaction } from '../platform/sqlite.ts';
import { recordEvent } from '../records/event-store.ts';
import { transition } from '../records/lifecycle.ts';
import { readOpenRuns, readRun, requestStop, reviseResult } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import type { TaskEvent } from '../records/task-event.ts';
import { readTask, writeTask } from '../records/task-store.ts';
import { type HouseContext, readHead } from './context.ts';
import { approvalHash } from './plan-claim.ts';
import { readQueue, requireReading } from './read-queue.ts';

/** What a person does to one task by a command. */
export type TaskCommand =
  | { type: 'retry' }
  | { type: 'cancel' }
  | { type: 'approve'; by: string }
  | { type: 'reject'; by: string; reason: string };

export interface TaskChange {
  task: string;
  from: string;
  to: string;
  /** A live run that is being stopped by it. */
  stopping: string | null;
}

/**
 * Record what a person's command makes of a task; with `dryRun` only say it. Queue and files follow
 * at the next reconcile. Throws UserError where the command does not fit the task.
 */
export function carryOut(
  context: HouseContext,
  key: string,
  command: TaskCommand,
  options: { dryRun: boolean },
): TaskChange {
  return transaction(context.db, () => {
    const planned = plan(context, key, command);
    if (!options.dryRun) planned.apply();
    return planned.change;
  });
}

function plan(context: HouseContext, key: string, command: TaskCommand) {
  const { db, clock } = context;
  const now = clock.now();
  const task = readTask(db, key);
  if (task === null) {
    throw new UserError(`Robed has no record of ${key} yet`, {
      hint: '`robed task-monitor` reads the queue',
    });
  }
  const live = readOpenRuns(db).find((run) => run.task === key && run.state !== 'ended');
  // A run is stopped whatever became of its entry.
  const stops = command.type === 'cancel' && live !== undefined;
  if (!stops && (task.deletedAt !== null || task.archivedAt !== null)) {
    throw new UserError(`${key} is no longer in the queue`, {
      hint: `\`robed history\` has the versions that held it`,
    });
  }
  const moved = transition(task, eventFor(context, key, command), {
    now,
    running: live !== undefined,
  });
  if ('illegal' in moved)
    throw new UserError(moved.illegal, { hint: `\`robed explain ${key}\` says how it stands` });
  const change: TaskChange = {
    task: key,
    from: task.status,
    to: moved.task.status,
    stopping: moved.stopRun && live ? live.run : null,
  };
  const apply = () => {
    writeTask(db, moved.task);
    for (const event of moved.events) recordEvent(db, now, event);
    if (change.stopping !== null) requestStop(db, change.stopping, moved.task.status);
    if (command.type === 'approve' || command.type === 'reject')
      reviseReport(context, task, moved.task);
  };
  return { change, apply };
}

function eventFor(context: HouseContext, key: string, command: TaskCommand): TaskEvent {
  if (command.type !== 'approve') return command;
  const reading = requireReading(context, readQueue(context, readHead(context.db)?.hash ?? null));
  return { ...command, textHash: approvalHash(reading, key) };
}

/** The report of a result that waited says what a person made of it. */
function reviseReport(context: HouseContext, before: TaskRecord, after: TaskRecord): void {
  if (before.review !== 'after' || before.lastRun === null) return;
  const run = readRun(context.db, before.lastRun);
  if (run?.result == null) return;
  const reason = after.status === 'COMPLETE' ? 'approved by a person' : (after.reason ?? '');
  reviseResult(context.db, run.run, { ...run.result, status: after.status, reason });
}
