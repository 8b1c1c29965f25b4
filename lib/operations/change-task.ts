import { UserError } from '../core/errors.ts';
import { findEntry } from '../queue/find.ts';
import { keyOf } from '../queue/keys.ts';
import { readTask } from '../records/task-store.ts';
import { carryOut, type TaskChange, type TaskCommand } from './carry-out.ts';
import { type HouseContext, readHead } from './context.ts';
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
  if (!options.dryRun) await reconcile(context, { claim: false });
  const key = keyFor(context, reference);
  const change = carryOut(context, key, command, options);
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
