import { transaction } from '../platform/sqlite.ts';
import { readOpenRuns, requestStop } from '../records/run-store.ts';
import { readTasks, renameTask, writeTask } from '../records/task-store.ts';
import { planReadSave } from './accept-save.ts';
import { type HouseContext, readHead } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { judgeRun } from './plan-runs.ts';
import { readQueue } from './read-queue.ts';
import { seeRun } from './see-runs.ts';

const UNDO = new Error('only looked at');

/**
 * What `look` comes to where a tick had read the newest save and given back the work of dead runners,
 * as a command does first. For dry runs: nothing of it stays in the records.
 */
export function foreseen<T>(context: HouseContext, look: () => T): T {
  let seen: { value: T } | null = null;
  try {
    transaction(context.db, () => {
      takeSave(context);
      giveBack(context);
      seen = { value: look() };
      throw UNDO;
    });
  } catch (error) {
    if (error !== UNDO) throw error;
  }
  return (seen as unknown as { value: T }).value;
}

function takeSave(context: HouseContext): void {
  const { db } = context;
  const head = readHead(db);
  const state = readQueue(context, head?.hash ?? null);
  if (state.kind !== 'read') return;
  const { reading } = state;
  if (reading.doc.unreadable || reading.hash === head?.hash) return;
  const runs = readOpenRuns(db);
  const plan = planReadSave(context, reading, head, readTasks(db), runs);
  for (const [from, to] of plan.renames) renameTask(db, from, to);
  for (const task of plan.tasks) writeTask(db, task);
  for (const { task, run } of runs) {
    const stop = plan.stops.get(task);
    if (stop !== undefined) requestStop(db, run, stop);
  }
}

function giveBack(context: HouseContext): void {
  for (const run of readOpenRuns(context.db)) {
    if (run.state === 'ended') continue;
    const verdict = judgeRun(seeRun(context, run), context.clock.now());
    if (verdict.type === 'drop') recordEnd(context, run, emptyResult('stopped', ''));
    if (verdict.type === 'reclaim') {
      const outcome = run.stop === null ? 'lost' : 'stopped';
      recordEnd(context, run, emptyResult(outcome, verdict.reason));
    }
  }
}
