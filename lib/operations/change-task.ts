import { UserError } from '../core/errors.ts';
import { transaction } from '../platform/sqlite.ts';
import { findEntry } from '../queue/find.ts';
import { keyOf } from '../queue/keys.ts';
import { recordEvent } from '../records/event-store.ts';
import { transition } from '../records/lifecycle.ts';
import { readOpenRuns, readRun, requestStop, reviseResult } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import type { TaskEvent } from '../records/task-event.ts';
import { readTask, writeTask } from '../records/task-store.ts';
import { approvalHash } from './claim.ts';
import { type HouseContext, readHead } from './context.ts';
import { readQueue, requireReading } from './read-queue.ts';
import { reconcile } from './reconcile.ts';

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
 * Carry out a person's command on the task that `reference` names: recorded first, then brought to
 * the queue and the files. With `dryRun` says what it would do. Throws UserError where the command
 * does not fit the task, or comes from inside a run.
 */
export async function changeTask(
  context: HouseContext,
  reference: string,
  command: TaskCommand,
  options: { dryRun: boolean },
): Promise<TaskChange> {
  refuseInsideRun(context.environment, command.type);
  if (!options.dryRun) await reconcile(context, { claim: false });
  const key = keyFor(context, reference);
  const change = transaction(context.db, () => {
    const planned = plan(context, key, command);
    if (!options.dryRun) planned.apply();
    return planned.change;
  });
  if (!options.dryRun) await reconcile(context, { claim: false });
  return change;
}

/** An agent must not wave its own work through. */
export function refuseInsideRun(environment: NodeJS.ProcessEnv, what: string): void {
  const run = environment['ROBED_RUN'];
  if (!run) return;
  throw new UserError(`\`robed ${what}\` is a person's to say, and this is inside the run ${run}`, {
    hint: 'say what you need in your report, or ask for a review there',
  });
}

/**
 * The key of the task that an id, a handle or `ID@line` names; of one that is no longer in the queue
 * its id. Throws UserError where nothing or several things go by it.
 */
export function keyFor(context: HouseContext, reference: string): string {
  const state = readQueue(context, readHead(context.db)?.hash ?? null);
  const inQueue = state.kind === 'read' && state.reading.keyed.states.has(reference);
  if (!inQueue && readTask(context.db, reference) !== null) return reference;
  return keyOf(findEntry(requireReading(context, state).doc, reference));
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
  if (task.deletedAt !== null || task.archivedAt !== null) {
    throw new UserError(`${key} is no longer in the queue`, {
      hint: `\`robed history\` has the versions that held it`,
    });
  }
  const live = readOpenRuns(db).find((run) => run.task === key && run.state !== 'ended');
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
