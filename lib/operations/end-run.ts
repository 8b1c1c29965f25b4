import type { Usage } from '../bodies/body.ts';
import type { Status } from '../core/status.ts';
import { transaction } from '../platform/sqlite.ts';
import { recordEvent } from '../records/event-store.ts';
import { transition } from '../records/lifecycle.ts';
import type { RunRecord, RunResult } from '../records/run.ts';
import { endRun, readStop } from '../records/run-store.ts';
import type { Spent } from '../records/task.ts';
import { currentTask, writeTask } from '../records/task-store.ts';
import type { HouseContext } from './context.ts';
import { jobOf, type RunJob } from './job.ts';
import { nextOccurrence, parseRecurrence } from './recurrence.ts';

/**
 * Record how a run ended and what the task is by it, in one transaction: the run's only end.
 * False where it had ended before: a late or second result changes nothing.
 */
export function recordEnd(
  context: HouseContext,
  run: RunRecord,
  given: RunResult,
  { retry, job = jobOf(run) }: { retry: boolean; job?: RunJob } = { retry: true },
): boolean {
  const { db, clock } = context;
  return transaction(db, () => {
    const now = clock.now();
    const task = currentTask(db, run.task);
    const result = heedStop(given, readStop(db, run.run));
    const moved = task
      ? transition(
          task,
          {
            type: 'ended',
            run: run.run,
            attempt: run.attempt,
            result,
            limit: job.limit,
            backoff: job.backoff,
            approval: job.approval,
            retry,
            spent: spentOf(result.usage),
            dueAt: dueAfter(job.every, run.claimedAt, now),
          },
          { now, running: false },
        )
      : null;
    const after = moved && 'task' in moved ? moved : null;
    const status = after?.task.status ?? result.status;
    if (!endRun(db, run.run, now, { ...result, status })) return false;
    if (after) {
      writeTask(db, after.task);
      for (const event of after.events) recordEvent(db, now, event);
    }
    return true;
  });
}

/** A person's stop that came while the run ended wins: their word already stands in the task. */
function heedStop(result: RunResult, stop: Status | null): RunResult {
  if (stop === null || result.outcome === 'lost') return result;
  const reason = `stopped: a person made the task ${stop}`;
  return { ...result, outcome: 'stopped', status: stop, reason };
}

/** A result for a run that has none of its own. */
export function emptyResult(outcome: RunResult['outcome'], reason: string): RunResult {
  return {
    outcome,
    status: 'PENDING',
    reason,
    text: '',
    exit: null,
    signal: null,
    proof: 'none',
    verify: [],
    artifacts: [],
    usage: {},
  };
}

/** A body's usage as a flat record for the report. */
export function flatUsage(usage: Usage): Record<string, string | number> {
  const flat: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(usage)) if (value !== undefined) flat[name] = value;
  return flat;
}

/** What a run adds to the bill that its task's budget is held against. */
function spentOf(usage: Record<string, string | number>): Spent {
  const number = (name: string) => (typeof usage[name] === 'number' ? usage[name] : 0);
  return {
    tokens: number('inputTokens') + number('outputTokens'),
    money: number('cost'),
    turns: number('turns'),
  };
}

function dueAfter(every: string | null, from: number, now: number): number | null {
  const recurrence = every === null ? null : parseRecurrence(every);
  return recurrence && nextOccurrence(recurrence, from, now);
}
