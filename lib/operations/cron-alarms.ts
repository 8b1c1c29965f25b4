import type { ScheduledTask } from 'node-cron';

export interface CronAlarms {
  /** The expressions that count from now on; what is known already goes on. */
  set(expressions: ReadonlySet<string>): Promise<void>;
  close(): void;
}

/**
 * Rings at the minutes of cron expressions, by node-cron. An alarm is a hint to look: what is due
 * is `dueAt` in the records, so one that rings late, twice or not at all (a sleeping machine) costs
 * nothing but time. node-cron is loaded with the first expression.
 */
export function cronAlarms(ring: () => void): CronAlarms {
  const scheduled = new Map<string, ScheduledTask>();
  return {
    async set(expressions) {
      for (const [expression, task] of scheduled) {
        if (expressions.has(expression)) continue;
        await task.destroy();
        scheduled.delete(expression);
      }
      for (const expression of expressions) {
        if (scheduled.has(expression)) continue;
        const { schedule } = await import('node-cron');
        scheduled.set(expression, schedule(expression, ring, OPTIONS));
      }
    },
    close() {
      for (const task of scheduled.values()) void task.destroy();
      scheduled.clear();
    },
  };
}

/** A missed minute is caught up with by the next look, so it is nothing to warn of. */
const OPTIONS = { noOverlap: true, suppressMissedWarning: true, unref: true } as const;
