import type { DatabaseSync } from 'node:sqlite';
import { formatDuration } from '../../core/duration.ts';
import type { HouseholdSettings, ServiceSettings } from '../../houses/household-settings.ts';
import { transaction } from '../../platform/sqlite.ts';
import type { NewEvent } from '../../records/event.ts';
import { recordEvent } from '../../records/event-store.ts';
import { recordProbe } from '../../records/probe-store.ts';
import { planWatched, type Watched, type WatchStep } from '../../records/watched.ts';
import { readWatched, writeWatched } from '../../records/watched-store.ts';
import { probeServiceTwice, type ServiceSight } from './probe-service.ts';
import { type MonitorMeans, restartService } from './restart-service.ts';

/** How a service stands, and what was done about it now (with a dry run: would be). */
export interface ServiceReport extends Watched {
  /** It was looked at now, not by another house's self-monitor a moment ago. */
  probed: boolean;
  steps: WatchStep[];
  /** What that look saw, before anything was done; `detail` is what came of it. */
  seen: string;
}

/** Who comes so soon after another takes over what that one saw: houses share their minutes. */
const FRESH_MS = 60_000;

/**
 * Look at every service of the household and start again what is down. The caller holds the
 * household's lock: each is looked at by one process at a time.
 */
export async function watchServices(
  root: string,
  db: DatabaseSync,
  { services, monitor }: Pick<HouseholdSettings, 'services' | 'monitor'>,
  means: MonitorMeans,
  { dryRun }: { dryRun: boolean },
): Promise<ServiceReport[]> {
  const watch = async ([name, service]: [string, ServiceSettings]): Promise<ServiceReport> => {
    const was = readWatched(db, name);
    if (was !== null && isFresh(was, means.clock.now()))
      return { ...was, probed: false, steps: [], seen: was.detail };
    const sight = await probeServiceTwice(service, means.sleep);
    const now = means.clock.now();
    const look = { ...sight, startable: service.restart !== undefined };
    const { next, steps } = planWatched(name, was, look, now, monitor.restarts);
    const report = { ...next, probed: true, steps, seen: sight.detail };
    if (dryRun) return report;
    keep(db, was, next, steps, now);
    if (sight.up !== null) recordProbe(db, now, name, sight.up);
    const { restart } = service;
    if (!steps.includes('restart') || restart === undefined) return report;
    const after = await restartService(root, name, { ...service, restart }, means);
    return { ...report, ...settle(db, next, steps, after, means.clock.now()) };
  };
  return Promise.all(Object.entries(services).map(watch));
}

/** A clock that was set back must not make a service unseen for long. */
const isFresh = ({ probedAt }: Watched, now: number): boolean =>
  now >= probedAt && now - probedAt < FRESH_MS;

/** Before a start, so that a crash in the middle of it costs a wait and no second start. */
function keep(
  db: DatabaseSync,
  was: Watched | null,
  next: Watched,
  steps: readonly WatchStep[],
  now: number,
): void {
  transaction(db, () => {
    writeWatched(db, next);
    for (const step of steps) recordEvent(db, now, eventOf(step, was, next, now));
  });
}

/** What the start came to; up at once where it helped. */
function settle(
  db: DatabaseSync,
  started: Watched,
  steps: WatchStep[],
  { up, detail }: ServiceSight,
  now: number,
): Watched & { steps: WatchStep[] } {
  if (up !== true) {
    const next = { ...started, detail };
    writeWatched(db, next);
    return { ...next, steps };
  }
  const next: Watched = { ...started, state: 'up', since: now, detail };
  keep(db, started, next, ['up'], now);
  return { ...next, steps: [...steps, 'up'] };
}

function eventOf(step: WatchStep, was: Watched | null, next: Watched, now: number): NewEvent {
  const service = next.name;
  switch (step) {
    case 'down':
      return { type: 'service.down', data: { service, detail: next.detail } };
    case 'restart':
      return { type: 'service.restarted', data: { service, restarts: next.restarts } };
    case 'up':
      return {
        type: 'service.up',
        data: { service, after: formatDuration(now - (was?.since ?? now)), detail: next.detail },
      };
    case 'give-up':
      return {
        type: 'service.given_up',
        data: { service, restarts: next.restarts, detail: next.detail },
      };
  }
}
