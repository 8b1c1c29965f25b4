import type { RecordedEvent } from '../../records/event.ts';

/** What only a person's command or word in the queue brings about. */
const BY_PERSON = new Set([
  'task.approved',
  'task.rejected',
  'task.retried',
  'task.cancelled',
  'task.deferred',
  'queue.settled',
  'queue.restored',
]);

/**
 * Events in which a person had to act: decisions, and statuses set by hand. New tasks, edits and
 * deletions are what a queue is for, and don't count. Pure.
 */
export function interventions(events: readonly RecordedEvent[]): RecordedEvent[] {
  return events.filter(({ type, data }) => BY_PERSON.has(type) || data['by'] === 'person');
}
