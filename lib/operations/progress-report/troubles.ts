import type { DatabaseSync } from 'node:sqlite';
import type { UserError } from '../../core/errors.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { readEvents } from '../../records/event-store.ts';
import { fromHousehold } from './household-memory.ts';
import type { Trouble } from './progress.ts';
import type { Window } from './window.ts';

/** Event types that say that something around the work went wrong. */
const TROUBLE = new Set([
  'system.warning',
  'system.error',
  'agent.idle',
  'gateway.failed',
  'queue.unreadable',
  'report.quarantined',
  'service.down',
  'service.given_up',
  'alert.failed',
]);

/** What else went wrong, the same thing once with how often, the latest last. Pure. */
export function troublesOf(events: readonly RecordedEvent[]): Trouble[] {
  const found = new Map<string, Trouble>();
  for (const { type, time, task, data } of events) {
    if (!TROUBLE.has(type)) continue;
    // No `subject`: a finding of self-monitor says in its message whose it is.
    const about = ['service', 'gateway', 'about', 'file', 'sink']
      .map((name) => data[name])
      .find((value) => typeof value === 'string' && value !== '');
    const subject = String(about ?? task ?? '');
    const message = said(type, data);
    const key = `${type}\0${subject}\0${message}`;
    const times = (found.get(key)?.times ?? 0) + 1;
    found.delete(key);
    found.set(key, { type, subject, message, times, at: time });
  }
  return [...found.values()];
}

/** Events of what the houses share, as self-monitor and the alerts recorded them. */
export function householdEvents(root: string, { since, until }: Window): RecordedEvent[] {
  const read = (db: DatabaseSync) => readEvents(db, { since }).filter(({ time }) => time < until);
  const unreadable = ({ message, file }: UserError): RecordedEvent => ({
    ...{ id: 0, time: until, type: 'system.error', task: null, run: null, attempt: null },
    data: { about: 'household.db', message: `${message} (${file})` },
  });
  return fromHousehold(root, read, (error) => [unreadable(error)]) ?? [];
}

function said(type: string, data: Record<string, unknown>): string {
  const words = ['message', 'reason', 'detail']
    .map((name) => data[name])
    .find((value) => typeof value === 'string' && value !== '');
  return String(words ?? type.replace(/[._]/g, ' '));
}
