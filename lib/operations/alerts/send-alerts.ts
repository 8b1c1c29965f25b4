import { hostname } from 'node:os';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import { openHouseholdDatabase } from '../../records/household-db.ts';
import { withHouseholdLock } from '../household-lock.ts';
import type { MonitorMeans } from '../self-monitor/restart-service.ts';
import type { Alert } from './alert.ts';
import { deliver } from './deliver.ts';
import { withEventSources } from './event-sources.ts';
import { type SinkRound, serveSink } from './serve-sink.ts';
import { isPing, type Sink, sinkId, sinkLabel } from './sink.ts';

/** Milliseconds that one delivery may take, and that another process's round is waited for. */
const DELIVERY_MS = 10_000;
const WAIT_MS = 10_000;

/**
 * Tell every sink of robed.yaml what it has not heard yet. Null where another process is at it: it
 * tells the same. A sink that fails costs the others nothing.
 */
export async function sendAlerts(
  root: string,
  { alerts }: HouseholdSettings,
  means: MonitorMeans,
): Promise<SinkRound[] | null> {
  const sinks = eventSinks(alerts.to);
  if (sinks.length === 0) return [];
  return withHouseholdLock(root, 'alerts', means, WAIT_MS, async () => {
    const household = openHouseholdDatabase(root);
    try {
      return await withEventSources(root, household, (sources) =>
        Promise.all(
          sinks.map((sink) =>
            serveSink(household, sources, sink, alerts.every, deliveryMeans(root, means)),
          ),
        ),
      );
    } finally {
      household.close();
    }
  });
}

/** Send a test to every sink, whatever it listens to; says how each went. */
export async function sendTest(
  root: string,
  { alerts }: HouseholdSettings,
  means: MonitorMeans,
): Promise<{ sink: string; problem: string | null }[]> {
  const alert: Alert = {
    version: 1,
    time: new Date(means.clock.now()).toISOString(),
    type: 'test',
    host: hostname(),
    wizard: null,
    task: null,
    message: `${hostname()}: a test, sent by hand`,
    more: 0,
  };
  return Promise.all(
    eventSinks(alerts.to).map(async (sink) => {
      const delivery = await deliver(sink, alert, deliveryMeans(root, means));
      return {
        sink: sinkLabel(sink),
        problem: delivery.type === 'delivered' ? null : delivery.reason,
      };
    }),
  );
}

/** The sinks that events go to; the same one named twice is told once. */
function eventSinks(to: HouseholdSettings['alerts']['to']): Sink[] {
  const sinks = new Map<string, Sink>();
  for (const sink of to) if (!isPing(sink)) sinks.set(sinkId(sink), sink);
  return [...sinks.values()];
}

const deliveryMeans = (root: string, { clock, environment }: MonitorMeans) => ({
  root,
  clock,
  environment,
  timeoutMs: DELIVERY_MS,
});
