import { transaction } from '../platform/sqlite.ts';
import type { QueueReading } from '../queue/reading.ts';
import { readOpenRuns, requestStop } from '../records/run-store.ts';
import { readTasks, renameTask, writeTask } from '../records/task-store.ts';
import { planReadSave } from './accept-save.ts';
import { recordArchived } from './archive-copy.ts';
import { type HouseContext, readHead } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { findOld } from './housekeeping.ts';
import { confirmDeletions, dueTasks, scheduleFirst } from './later.ts';
import { judgeRun } from './plan-runs.ts';
import { readQueue } from './read-queue.ts';
import { seeRun } from './see-runs.ts';

const UNDO = new Error('only looked at');

/**
 * What `look` comes to where a tick had read the newest save, given back the work of dead runners and
 * followed the time, as a command does first. For dry runs: nothing of it stays in the records.
 */
export function foreseen<T>(context: HouseContext, look: () => T): T {
  let seen: { value: T } | null = null;
  try {
    transaction(context.db, () => {
      const reading = takeSave(context);
      giveBack(context);
      if (reading !== null) followTime(context, reading);
      seen = { value: look() };
      throw UNDO;
    });
  } catch (error) {
    if (error !== UNDO) throw error;
  }
  return (seen as unknown as { value: T }).value;
}

/** The queue as it stands; null where it can't be read. */
function takeSave(context: HouseContext): QueueReading | null {
  const { db } = context;
  const head = readHead(db);
  const state = readQueue(context, head?.hash ?? null);
  if (state.kind !== 'read' || state.reading.doc.unreadable) return null;
  const { reading } = state;
  if (reading.hash === head?.hash) return reading;
  const runs = readOpenRuns(db);
  const plan = planReadSave(context, reading, head, readTasks(db), runs);
  for (const [from, to] of plan.renames) renameTask(db, from, to);
  for (const task of plan.tasks) writeTask(db, task);
  for (const { task, run } of runs) {
    const stop = plan.stops.get(task);
    if (stop !== undefined) requestStop(db, run, stop);
  }
  return reading;
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

function followTime(context: HouseContext, reading: QueueReading): void {
  const { db, clock } = context;
  const tell = () => {};
  confirmDeletions(context, readTasks(db), tell);
  scheduleFirst(context, reading, readTasks(db));
  dueTasks(context, reading, readTasks(db), tell);
  const old = findOld(context, reading, readTasks(db)).map(([key]) => key);
  recordArchived(db, old, clock.now());
}
