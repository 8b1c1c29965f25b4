/** How far ahead `--until-idle` waits for what time alone will make ready. */
const HORIZON_MS = 10_000;

/** What a look found that decides whether anything is left to do. */
export interface IdleSight {
  /** `read`, `missing`, `unsettled` or `unreadable`, and why where somebody can say. */
  queue: string;
  reason: string | null;
  /** Runs whose end somebody will see. */
  underWay: number;
  /** Tasks that could be claimed now. */
  ready: number;
  nextWake: number | null;
}

export type Idleness = { type: 'busy' } | { type: 'idle' } | { type: 'broken'; reason: string };

/**
 * Is anything left to do, or to wait for within ten seconds? What waits for a person (REVIEW,
 * BLOCKED, FAILED, a suspect) is not waited for. Pure.
 */
export function judgeIdleness(sight: IdleSight, now: number): Idleness {
  switch (sight.queue) {
    case 'missing':
      return { type: 'broken', reason: 'the queue is missing' };
    case 'unreadable':
      return {
        type: 'broken',
        reason: `the queue can't be read: ${sight.reason ?? 'it is damaged'}`,
      };
    case 'unsettled':
      return { type: 'busy' };
  }
  const soon = sight.nextWake !== null && sight.nextWake - now <= HORIZON_MS;
  return { type: sight.underWay > 0 || sight.ready > 0 || soon ? 'busy' : 'idle' };
}
