import { changesBetween } from '../../lib/queue/keys.ts';
import type { FileState, Version } from '../../lib/queue/version.ts';

/** What a version of a queue says, by task. */
export type States = Map<string, FileState>;

/** A version in which these tasks have these statuses, each with words of its own. */
export const states = (statuses: Record<string, string>): States =>
  new Map(
    Object.entries(statuses).map(([key, status]) => [key, { status, text: `words of ${key}` }]),
  );

/** A history out of what the queue said at each version. */
export function versionsOf(past: States[]): Version[] {
  return past.map((now, at) => ({
    seq: at + 1,
    time: at,
    hash: String(at),
    by: 'person',
    file: '',
    changes: changesBetween(past[at - 1] ?? new Map(), now),
  }));
}
