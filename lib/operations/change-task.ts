import { UserError } from '../core/errors.ts';
import { findEntry } from '../queue/find.ts';
import { type KeyedEntries, keyOf } from '../queue/keys.ts';
import { readOpenRuns } from '../records/run-store.ts';
import { readTask } from '../records/task-store.ts';
import { carryOut, type TaskChange, type TaskCommand } from './carry-out.ts';
import { type HouseContext, readHead } from './context.ts';
import { foreseen } from './foreseen.ts';
import { readQueue, requireReading } from './read-queue.ts';
import { reconcile } from './reconcile.ts';

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
  const carry = () => carryOut(context, changedKey(context, reference, command), command, options);
  if (options.dryRun) return foreseen(context, carry);
  await reconcile(context, { claim: false });
  const change = carry();
  await reconcile(context, { claim: false });
  return change;
}

/**
 * As `keyFor`. Throws UserError for an id that stands twice too: no status is written to either
 * entry, so that the command would be forgotten. What runs under it can be stopped all the same.
 */
function changedKey(context: HouseContext, reference: string, { type }: TaskCommand): string {
  const { db } = context;
  const state = readQueue(context, readHead(db)?.hash ?? null);
  const duplicates: KeyedEntries['duplicates'] =
    state.kind === 'read' ? state.reading.keyed.duplicates : new Map();
  const key = duplicates.has(reference) ? reference : keyFor(context, reference);
  const entries = duplicates.get(key);
  const live = readOpenRuns(db).some((run) => run.task === key && run.state !== 'ended');
  if (entries === undefined || (type === 'cancel' && live)) return key;
  const lines = entries.map(({ line }) => line).join(', ');
  throw new UserError(`${key} stands on ${entries.length} lines: ${lines}`, {
    hint: 'give all but one of them another id',
  });
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
