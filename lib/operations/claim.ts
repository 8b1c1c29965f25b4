import { triggerPath } from '../houses/paths.ts';
import { createExclusive } from '../platform/atomic-write.ts';
import { type ProcessIdentity, self } from '../platform/identity.ts';
import { transaction } from '../platform/sqlite.ts';
import type { NewEvent } from '../records/event.ts';
import { recordEvent } from '../records/event-store.ts';
import { transition } from '../records/lifecycle.ts';
import type { RunRecord } from '../records/run.ts';
import { countLiveRuns, insertRun, setHolder, takeRun } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import type { TaskEvent } from '../records/task-event.ts';
import { currentTask, readTask, writeTask } from '../records/task-store.ts';
import type { ClaimPlan, PlannedClaim } from './claim-plan.ts';
import type { HouseContext } from './context.ts';
import { emptyResult, recordEnd } from './end-run.ts';
import { type RunJob, triggerText } from './job.ts';
import { LEASE_MS } from './lease.ts';
import { archivePreviousReport } from './settle-run.ts';

/** An outsider's lease is as long as the task may take, since nobody renews it. */
const leaseOf = (body: string, timeout: number): number =>
  body === 'external' ? timeout : LEASE_MS;

/** Record what was decided short of a claim. */
export function applyRefusal(
  context: HouseContext,
  plan: Exclude<ClaimPlan, { type: 'claim' }>,
): void {
  move(context, plan.key, { type: plan.type, reason: plan.reason });
}

/** Change one task by the machine's own hand; null where it is no longer possible. */
export function move(context: HouseContext, key: string, event: TaskEvent): TaskRecord | null {
  const { db, clock } = context;
  return transaction(db, () => {
    const task = readTask(db, key);
    if (task === null) return null;
    const now = clock.now();
    const moved = transition(task, event, { now, running: false });
    if ('illegal' in moved) return null;
    writeTask(db, moved.task);
    for (const one of moved.events) recordEvent(db, now, one);
    return moved.task;
  });
}

/**
 * Claim: the run with its fence in one transaction, then the trigger, whole or not at all. null
 * where somebody was quicker. A crash in between leaves a claimed run whose holder is dead, which
 * the next tick takes back.
 */
export function claim(
  context: HouseContext,
  plan: PlannedClaim,
  concurrency: number,
): RunRecord | null {
  const run = recordClaim(context, plan, concurrency, 'claimed');
  if (run === null) return null;
  try {
    archivePreviousReport(context, run.task);
    if (placeTrigger(context, run, plan.job)) return run;
  } catch (error) {
    // This process may live on, and would hold the run for ever.
    recordEnd(context, run, emptyResult('lost', `its trigger could not be made: ${error}`));
    throw error;
  }
  recordEnd(context, run, emptyResult('lost', 'another trigger stands in its place'));
  return null;
}

/** False where another trigger stands in its place. */
export function placeTrigger(context: HouseContext, run: RunRecord, job: RunJob): boolean {
  return createExclusive(
    triggerPath(context.house.paths, run.task),
    triggerText(context.house, run, job),
  );
}

/**
 * The records of a claim, in one transaction; null where somebody was quicker. `running`: this very
 * process carries the run out, and has begun.
 */
export function recordClaim(
  context: HouseContext,
  plan: PlannedClaim,
  concurrency: number,
  state: 'claimed' | 'running',
  name = runName(context),
): RunRecord | null {
  const { db, clock } = context;
  const { key } = plan.candidate;
  return transaction(db, () => {
    const now = clock.now();
    const task = currentTask(db, key);
    if (task === null || countLiveRuns(db) >= concurrency) return null;
    const attempt = task.attempts + 1;
    const { kind, agent, why } = plan.body;
    const event = { type: 'claimed', run: name, attempt, body: kind, why } as const;
    const moved = transition(task, event, { now, running: false });
    if ('illegal' in moved) return null;
    const run = {
      run: name,
      task: key,
      attempt,
      state,
      body: kind,
      agent,
      job: JSON.stringify(plan.job),
      holder: state === 'running' ? { ...self(), shared: true as const } : self(),
      claimedAt: now,
      startedAt: state === 'running' ? now : null,
      leaseUntil: now + leaseOf(kind, plan.job.timeout),
      endedAt: null,
      stop: null,
      result: null,
    };
    const fence = insertRun(db, run);
    writeTask(db, moved.task);
    for (const one of moved.events) recordEvent(db, now, one);
    const started = { ...run, fence, leader: null };
    if (state === 'running') recordEvent(db, now, startedEvent(started));
    return started;
  });
}

/** What is told when the work on a run begins. */
export const startedEvent = ({ task, run, attempt, body }: RunRecord): NewEvent => ({
  type: 'task.started',
  task,
  run,
  attempt,
  data: { body },
});

/** Give a claimed run to whoever does it: a new runner, or somebody outside. */
export async function start(context: HouseContext, run: RunRecord): Promise<void> {
  const { db, clock } = context;
  if (run.body !== 'external') {
    setHolder(db, run.run, await launch(context, run));
    return;
  }
  transaction(db, () => {
    const now = clock.now();
    takeRun(db, run.run, {
      state: 'running',
      holder: null,
      startedAt: now,
      leaseUntil: run.leaseUntil,
    });
    recordEvent(db, now, startedEvent(run));
  });
}

/** A runner that does not start leaves no run behind that this process would hold for ever. */
async function launch(context: HouseContext, run: RunRecord): Promise<ProcessIdentity> {
  try {
    return await context.launch(context.house, run.run);
  } catch (error) {
    const reason = `its runner could not be started: ${(error as Error).message}`;
    recordEnd(context, run, emptyResult('lost', reason));
    throw error;
  }
}

/** Sorts by time, and is not to be guessed by somebody who wants to forge a report. */
export function runName(context: HouseContext): string {
  const time = new Date(context.clock.now()).toISOString().replace(/[-:]/g, '').slice(0, 15);
  let tail = '';
  for (let i = 0; i < 8; i++)
    tail += 'abcdefghijkmnpqrstuvwxyz23456789'[Math.floor(context.random() * 32)];
  return `${time}-${tail}`;
}
