import type { Liveness } from '../platform/identity.ts';
import type { RunRecord } from '../records/run.ts';

/** What is known of a live run at this moment. */
export interface RunSight {
  run: RunRecord;
  /** Of its holder; null where nobody of ours holds it (an external body). */
  holder: Liveness | null;
  /** Its trigger stands in work/, with this run in it. */
  trigger: boolean;
  /** The trigger was taken away only just now: its report may be on the way. */
  triggerJustGone: boolean;
  /** A report that answers to this run, whole. */
  report: { named: boolean } | null;
}

/** What recovery does about a run. */
export type RunVerdict =
  | { type: 'leave' }
  /** Shown to a person, never killed: its lease ran out and nobody can prove it dead. */
  | { type: 'suspect'; reason: string }
  /** Its holder is proved dead: end what it left running, give the task back. */
  | { type: 'reclaim'; reason: string }
  /** Its holder lives, and a person wants it stopped. */
  | { type: 'stop' }
  /** Nobody of ours supervises it, and a person wants it stopped. */
  | { type: 'drop' }
  /** An outsider is done: verify, and settle. */
  | { type: 'finish'; report: boolean };

/**
 * Decide about one live run. Pure.
 *
 * | holder  | otherwise                                   | verdict                     |
 * |---------|---------------------------------------------|-----------------------------|
 * | alive   | a stop is wanted                            | stop                        |
 * | alive   | lease over                                  | suspect                     |
 * | unknown | lease over                                  | suspect                     |
 * | dead    | an outsider's run that had started          | as with no holder           |
 * | dead    | an agent's report that names the run        | finish                      |
 * | dead    |                                             | reclaim                     |
 * | none    | a stop is wanted                            | drop                        |
 * | none    | report names the run, or the trigger is gone| finish                      |
 * | none    | lease over                                  | suspect                     |
 */
export function judgeRun(sight: RunSight, now: number): RunVerdict {
  const { run, holder } = sight;
  const overdue = now > run.leaseUntil;
  if (holder === 'alive') {
    if (run.stop !== null) return { type: 'stop' };
    if (overdue) return suspect('its runner lives but no longer renews its lease');
    return { type: 'leave' };
  }
  if (holder === 'unknown') {
    return overdue ? suspect("its runner can't be seen, and its lease is over") : { type: 'leave' };
  }
  const outside = run.body === 'external' && run.state === 'running';
  if (holder === 'dead' && !outside) {
    if (sight.report?.named && run.agent && run.stop === null)
      return { type: 'finish', report: true };
    return { type: 'reclaim', reason: 'its runner died' };
  }
  if (run.stop !== null) return { type: 'drop' };
  if (sight.report?.named || (sight.report && !sight.trigger))
    return { type: 'finish', report: true };
  if (!sight.trigger && !sight.triggerJustGone) return { type: 'finish', report: false };
  return overdue ? suspect('nobody reported on it within its time') : { type: 'leave' };
}

const suspect = (reason: string): RunVerdict => ({ type: 'suspect', reason });
