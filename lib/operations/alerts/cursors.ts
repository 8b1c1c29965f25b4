import type { DatabaseSync } from 'node:sqlite';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import { cursorSince, type EventSource, lastEventId } from './event-sources.ts';

/** Who listens for the first time hears of what just happened, not of the whole past. */
const FIRST_MS = 10 * 60_000;

/**
 * The last event of a source that a sink is done with. A source that has fewer events than that is
 * another one under the old name (its memory was lost): it is listened to for the first time.
 */
export function readCursor(
  household: DatabaseSync,
  sink: string,
  source: EventSource,
  now: number,
): number {
  const kept = readMeta(household, keyOf(sink, source));
  if (kept !== null && Number(kept) <= lastEventId(source.db)) return Number(kept);
  const first = cursorSince(source, now - FIRST_MS);
  writeCursor(household, sink, source, first);
  return first;
}

export function writeCursor(
  household: DatabaseSync,
  sink: string,
  source: EventSource,
  event: number,
): void {
  writeMeta(household, keyOf(sink, source), String(event));
}

const keyOf = (sink: string, { wizard }: EventSource): string =>
  `alerts:cursor:${sink}:${wizard ?? ''}`;
