import type { DatabaseSync } from 'node:sqlite';
import { readHeld } from '../../records/alert-store.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { readEvents } from '../../records/event-store.ts';
import { alertKey } from './alert.ts';
import type { EventSource } from './event-sources.ts';

/** The latest event of a thing that was held back, and how often it was. */
export interface Owed {
  source: EventSource;
  event: RecordedEvent;
  key: string;
  held: number;
}

/** What says that a trouble is over. Of a task, whatever else happens to it does, but for talk about it. */
const ENDED_BY: Readonly<Record<string, readonly string[]>> = {
  'service.down': ['service.up'],
  'service.given_up': ['service.up'],
  'gateway.failed': ['gateway.started', 'gateway.stopped'],
  'system.warning': ['system.info'],
  'agent.idle': ['system.info'],
};

const TALK: ReadonlySet<string> = new Set(['message.sent', 'queue.conflict']);

/**
 * What a sink was last told of before `before`, and what happened again since without being told. It
 * may have been the last word: a service that came up and went down once more. What is over by now
 * is no news. Oldest first.
 */
export function owedTo(
  household: DatabaseSync,
  sink: string,
  sources: readonly EventSource[],
  before: number,
): Owed[] {
  const owed = readHeld(household, sink, before).flatMap(({ key, held, sentAt }) => {
    const [type, wizard] = JSON.parse(key) as [string, string | null];
    const source = sources.find((one) => one.wizard === wizard);
    if (source === undefined) return [];
    const event = readEvents(source.db, { type, since: sentAt }).findLast(
      (one) => alertKey(wizard, one) === key,
    );
    return event === undefined || isOver(source, event, key) ? [] : [{ source, event, key, held }];
  });
  return owed.sort((a, b) => a.event.time - b.event.time || a.event.id - b.event.id);
}

function isOver({ wizard, db }: EventSource, { id, type, task }: RecordedEvent, key: string) {
  const ends = (other: string) =>
    task === null ? (ENDED_BY[type] ?? []).includes(other) : other !== type && !TALK.has(other);
  return readEvents(db, { after: id }).some(
    (later) => ends(later.type) && alertKey(wizard, { ...later, type }) === key,
  );
}
