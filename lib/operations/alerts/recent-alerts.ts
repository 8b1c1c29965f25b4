import type { DatabaseSync } from 'node:sqlite';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import { summariseSink } from '../../records/alert-store.ts';
import { readEvents } from '../../records/event-store.ts';
import { openHouseholdDatabaseToLook } from '../../records/household-db.ts';
import { type Alert, alertOf, isWeighty } from './alert.ts';
import { titleOf, withEventSources } from './event-sources.ts';
import { isPing, sinkId, sinkLabel } from './sink.ts';

/** How one sink stands. */
export interface SinkState {
  sink: string;
  /** Milliseconds since the epoch; null: it was told nothing yet. */
  lastSent: number | null;
  held: number;
  /** Its latest failure, where it was not told anything since. */
  failure: string | null;
}

/** The latest events of weight, oldest first, and how the sinks stand. */
export async function recentAlerts(
  root: string,
  { alerts }: HouseholdSettings,
  { since, limit }: { since: number; limit: number },
): Promise<{ alerts: Alert[]; sinks: SinkState[] }> {
  const household = openHouseholdDatabaseToLook(root);
  try {
    const found = await withEventSources(root, household, (sources) =>
      sources.flatMap((source) =>
        readEvents(source.db, { since })
          .filter(isWeighty)
          .map((event) =>
            alertOf(source.wizard, event, { title: titleOf(source, event.task), more: 0 }),
          ),
      ),
    );
    const sinks = alerts.to.map((sink): SinkState => {
      const label = sinkLabel(sink);
      if (isPing(sink)) return { sink: label, lastSent: null, held: 0, failure: null };
      const id = sinkId(sink);
      const { lastSent, held } = summariseSink(household, id);
      return { sink: label, lastSent, held, failure: failureOf(household, id, lastSent) };
    });
    found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    return { alerts: found.slice(-limit), sinks };
  } finally {
    household.close();
  }
}

/** By the place's id: several may go by one name. */
function failureOf(db: DatabaseSync, id: string, lastSent: number | null): string | null {
  const last = readEvents(db, { type: 'alert.failed', since: lastSent ?? 0 })
    .filter(({ data }) => data['place'] === id)
    .at(-1);
  return last === undefined ? null : String(last.data['reason']);
}
