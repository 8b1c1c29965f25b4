import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../../platform/sqlite.ts';
import { markHeld, markSent, readSent } from '../../records/alert-store.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { readEvents, recordEvent } from '../../records/event-store.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import { alertKey, alertOf, isWanted } from './alert.ts';
import { readCursor, writeCursor } from './cursors.ts';
import { type DeliveryMeans, deliver } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { type EventSource, titleOf } from './event-sources.ts';
import { owedTo } from './owed.ts';
import { type Sink, sinkId, sinkLabel } from './sink.ts';

/** What one round came to for one sink. */
export interface SinkRound {
  sink: string;
  sent: number;
  /** The same as was told a short while ago: counted, and told with the next, or once that is long ago. */
  held: number;
  /** Why it stopped; what is left goes with the next round. */
  failure: string | null;
}

/** Milliseconds that all deliveries of a round to one sink may take. */
const ROUND_MS = 20_000;

/** What could not be told for so long is no longer news, and no place is left alone for longer. */
const STALE_MS = 86_400_000;

const TOO_MUCH = 'there was too much for one round';

/** A sink that fails is told of once in so long. */
const TELL_MS = 3_600_000;

/**
 * Tell one sink what it has not heard yet, each thing (by type, house and subject) at most once in
 * `every` milliseconds, and then the latest of what was held back meanwhile. What is not delivered
 * stays where the cursor stands, for the next round.
 */
export async function serveSink(
  household: DatabaseSync,
  sources: readonly EventSource[],
  sink: Sink,
  every: number,
  means: DeliveryMeans,
): Promise<SinkRound> {
  const id = sinkId(sink);
  const round: SinkRound = { sink: sinkLabel(sink), sent: 0, held: 0, failure: null };
  if (isToWait(Number(readMeta(household, untilKey(id)) ?? 0), means.clock.now())) return round;
  const end = means.clock.monotonic() + ROUND_MS;
  for (const source of sources) {
    let done = readCursor(household, id, source, means.clock.now());
    const seen = (event: RecordedEvent, also: () => void = () => {}) => {
      done = event.id;
      transaction(household, () => {
        also();
        writeCursor(household, id, source, done);
      });
    };
    const fresh = readEvents(source.db, { after: done });
    for (const event of fresh) {
      const now = means.clock.now();
      if (!isWanted(event, sink.events) || now - event.time > STALE_MS) continue;
      const key = alertKey(source.wizard, event);
      const before = readSent(household, id, key);
      if (before !== null && now >= before.sentAt && now - before.sentAt < every) {
        seen(event, () => markHeld(household, id, key));
        round.held += 1;
        continue;
      }
      if (means.clock.monotonic() >= end) return { ...round, failure: TOO_MUCH };
      const told = { title: titleOf(source, event.task), more: before?.held ?? 0 };
      const delivery = await deliver(sink, alertOf(source.wizard, event, told), means);
      if (delivery.type === 'failed') return stop(household, id, round, delivery, means);
      if (delivery.type === 'refused') {
        seen(event);
        tellFailure(household, id, round.sink, delivery.reason, means.clock.now());
        continue;
      }
      seen(event, () => markSent(household, id, key, means.clock.now()));
      round.sent += 1;
    }
    // Past what is none of its business, so that it is not read again.
    const last = fresh.at(-1);
    if (last !== undefined && last.id > done) seen(last);
  }
  return payOwed(household, sources, sink, round, { every, end }, means);
}

/** Tell what was held back for `every`, and did not happen again after that. */
async function payOwed(
  household: DatabaseSync,
  sources: readonly EventSource[],
  sink: Sink,
  round: SinkRound,
  { every, end }: { every: number; end: number },
  means: DeliveryMeans,
): Promise<SinkRound> {
  const id = sinkId(sink);
  for (const owed of owedTo(household, id, sources, means.clock.now() - every)) {
    const { source, event, key, held } = owed;
    if (!isWanted(event, sink.events) || means.clock.now() - event.time > STALE_MS) continue;
    if (means.clock.monotonic() >= end) return { ...round, failure: TOO_MUCH };
    const told = { title: titleOf(source, event.task), more: held - 1 };
    const delivery = await deliver(sink, alertOf(source.wizard, event, told), means);
    if (delivery.type === 'failed') return stop(household, id, round, delivery, means);
    markSent(household, id, key, means.clock.now());
    if (delivery.type === 'delivered') round.sent += 1;
    else tellFailure(household, id, round.sink, delivery.reason, means.clock.now());
  }
  return round;
}

/** One that lies further off than is ever waited was reckoned while the clock stood wrong. */
const isToWait = (until: number, now: number): boolean => now < until && until - now <= STALE_MS;

function stop(
  household: DatabaseSync,
  id: string,
  round: SinkRound,
  { reason, until }: Extract<Delivery, { type: 'failed' }>,
  { clock }: DeliveryMeans,
): SinkRound {
  if (until !== undefined) {
    const longest = clock.now() + STALE_MS;
    writeMeta(household, untilKey(id), String(Math.min(until, longest)));
  }
  tellFailure(household, id, round.sink, reason, clock.now());
  return { ...round, failure: reason };
}

/** Once an hour, and as an event that is itself never an alert. */
function tellFailure(
  household: DatabaseSync,
  id: string,
  sink: string,
  reason: string,
  now: number,
): void {
  const before = readSent(household, id, 'alert.failed');
  if (before !== null && now >= before.sentAt && now - before.sentAt < TELL_MS) return;
  transaction(household, () => {
    markSent(household, id, 'alert.failed', now);
    recordEvent(household, now, { type: 'alert.failed', data: { sink, place: id, reason } });
  });
}

const untilKey = (id: string): string => `alerts:until:${id}`;
