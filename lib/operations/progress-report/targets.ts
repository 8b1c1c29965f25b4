import type { DatabaseSync } from 'node:sqlite';
import { portsInUse } from '../../houses/ports.ts';
import { sharedMemory } from '../../houses/shared-memory.ts';
import type { RecordedEvent } from '../../records/event.ts';
import { readEvents } from '../../records/event-store.ts';
import { type Uptime, uptime } from '../../records/probe-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import type { HouseContext } from '../context.ts';
import { endings } from './figures.ts';
import { fromHousehold } from './household-memory.ts';
import { interventions } from './interventions.ts';
import type { Target } from './progress.ts';
import { percent } from './words.ts';

const DAY_MS = 86_400_000;

/** A single night says little of a rate: they are taken over a week. */
const WEEK_MS = 7 * DAY_MS;

/** The founding documents' metrics for one house, measured. */
export function targetsOf(
  { db, house, clock }: HouseContext,
  tasks: ReadonlyMap<string, TaskRecord>,
): Target[] {
  const now = clock.now();
  const since = now - WEEK_MS;
  const events = readEvents(db, { since });
  const firstSeen = [...tasks.values()].map((task) => task.firstSeen);
  const known = firstSeen.length === 0 ? null : now - Math.max(Math.min(...firstSeen), since);
  return [
    portConflicts(house.root, house.name),
    shared(house.root, house.name),
    uptimeTarget(seenUptime(house.root, house.name, since, now)),
    completion(events),
    interventionRate(events, known),
  ];
}

/** Two claims to one port, by different houses. */
export function portConflicts(root: string, wizard: string | null): Target {
  const holders = Map.groupBy(portsInUse(root), ({ port }) => port);
  const conflicts = [...holders]
    .map(([port, held]) => ({ port, wizards: [...new Set(held.map(({ wizard: w }) => w))] }))
    .filter(({ wizards }) => wizards.length > 1)
    .filter(({ wizards }) => wizard === null || wizards.includes(wizard));
  const note = conflicts.map(({ port, wizards }) => `${wizards.join(' and ')} hold ${port}`);
  return none('port conflicts', note);
}

export function shared(root: string, wizard: string | null): Target {
  const found = sharedMemory(root).filter(
    ({ wizards }) => wizard === null || wizards.includes(wizard),
  );
  const note = found.map(({ wizards, path }) => `${wizards.join(' and ')} share ${path}`);
  return none('shared memory', note);
}

/** The share of self-monitor's looks that found the house up; null where there is no such record. */
function seenUptime(root: string, wizard: string, since: number, now: number): Uptime {
  const unseen: Uptime = { share: null, probes: 0, seen: null };
  const look = (db: DatabaseSync) => uptime(db, `wizard:${wizard}`, since, now);
  return fromHousehold(root, look, () => unseen) ?? unseen;
}

function none(name: Target['name'], found: string[]): Target {
  const value = found.length;
  return { name, value, unit: 'count', target: '0', met: value === 0, note: found.join('; ') };
}

/** Nobody knows of the time without looks: a machine that was off met nothing. */
function uptimeTarget({ share, probes, seen }: Uptime): Target {
  const target = { name: 'uptime', value: share, unit: 'share', target: UPTIME_TEXT } as const;
  if (share === null || seen === null) {
    return { ...target, met: null, note: 'nothing is kept of self-monitor’s looks' };
  }
  const sure = share <= UPTIME || share * seen > UPTIME;
  const note = `seen ${percent(seen)} of the time, ${probes} looks`;
  return { ...target, met: sure ? share > UPTIME : null, note, seen };
}

const UPTIME = 0.95;
const UPTIME_TEXT = '>95 %';

function completion(events: readonly RecordedEvent[]): Target {
  const { done, failed } = endings(events);
  const ended = done + failed;
  const value = ended === 0 ? null : done / ended;
  return {
    name: 'completion',
    value,
    unit: 'share',
    target: '>80 %',
    met: value === null ? null : value > 0.8,
    note: ended === 0 ? 'no task has ended' : `${done} of ${ended} tasks`,
  };
}

/** Of less than a day the count stands for the day. */
function interventionRate(events: readonly RecordedEvent[], known: number | null): Target {
  const acts = interventions(events).length;
  const value = known === null ? null : acts / Math.max(1, known / DAY_MS);
  return {
    name: 'interventions',
    value,
    unit: 'a day',
    target: '<1 a day',
    met: value === null ? null : value < 1,
    note:
      known === null ? 'no task yet' : `${acts} in ${Math.max(1, Math.round(known / DAY_MS))} d`,
  };
}
