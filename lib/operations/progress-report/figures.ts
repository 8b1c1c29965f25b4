import type { RecordedEvent } from '../../records/event.ts';
import type { RunRecord } from '../../records/run.ts';
import type { Figures } from './progress.ts';

/** What the founding documents call telemetry, of some time's events and of the runs that ended in it. Pure. */
export function figuresOf(events: readonly RecordedEvent[], runs: readonly RunRecord[]): Figures {
  const outcomes = runs.map((run) => run.result?.outcome);
  const count = (...wanted: (string | undefined)[]) =>
    outcomes.filter((outcome) => wanted.includes(outcome)).length;
  const succeeded = count('completed', 'review');
  const ended = succeeded + count('failed', 'blocked');
  const timed = runs
    .filter(({ result }) => result?.outcome !== 'lost')
    .flatMap((run) => {
      const duration = durationOf(run);
      return duration === null ? [] : [{ task: run.task, duration }];
    })
    .sort((a, b) => a.duration - b.duration);
  return {
    ...endings(events),
    runs: ended,
    success: ended === 0 ? null : succeeded / ended,
    median: median(timed.map(({ duration }) => duration)),
    longest: timed.at(-1) ?? null,
    retries: runs.filter(({ attempt }) => attempt > 1).length,
    lost: count('lost'),
    stopped: count('stopped'),
    tokens: sum(runs, ['inputTokens', 'outputTokens']),
    cost: sum(runs, ['cost']),
  };
}

/** Milliseconds at work; null where it never started, or has not ended. */
export function durationOf({ startedAt, endedAt }: RunRecord): number | null {
  return startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt);
}

/** How often a task came to its end; a failure that was tried again is none. */
export function endings(events: readonly RecordedEvent[]): { done: number; failed: number } {
  const failed = new Set<string>();
  let done = 0;
  for (const { type, task, data } of events) {
    if (task === null) continue;
    if (type === 'task.completed') done += 1;
    if (type === 'task.rejected' || (type === 'task.failed' && data['final'] !== false)) {
      failed.add(task);
    } else if (type === 'task.retried' || type === 'task.completed') failed.delete(task);
  }
  return { done, failed: failed.size };
}

function median(sorted: readonly number[]): number | null {
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

/** null where no run told any of these. */
function sum(runs: readonly RunRecord[], names: readonly string[]): number | null {
  const told = runs.flatMap(({ result }) =>
    names.map((name) => result?.usage[name]).filter((value) => typeof value === 'number'),
  );
  return told.length === 0 ? null : told.reduce((total, value) => total + value, 0);
}
