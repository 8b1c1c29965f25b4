import type { QueueEntry } from './document.ts';

/** True where both are the same entries in the same order, as far as ids, titles and statuses say. */
export function areSame(some: readonly QueueEntry[], others: readonly QueueEntry[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, at) => {
      const other = others[at];
      return one.status === other?.status && one.id === other.id && one.title === other.title;
    })
  );
}
