import type { DatabaseSync } from 'node:sqlite';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import { type MachineHealth, machineHealth } from '../../platform/machine-health.ts';
import { pruneSent } from '../../records/alert-store.ts';
import { pruneEvents } from '../../records/event-store.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import { pruneProbes } from '../../records/probe-store.ts';
import { withHouseholdLock } from '../household-lock.ts';
import { crontabFindings } from './crontab-findings.ts';
import { type Finding, recordFindings } from './findings.ts';
import { machineFindings } from './machine-findings.ts';
import type { MonitorMeans } from './restart-service.ts';
import { type ServiceReport, watchServices } from './watch-services.ts';

/** How what the houses share stands. */
export interface HouseholdReport {
  machine: MachineHealth;
  services: ServiceReport[];
  findings: Finding[];
  /** What was done or is new, one line each. */
  told: string[];
}

const DAY_MS = 86_400_000;

/** How long events and samples are kept, as in a house. */
const KEPT_MS = 30 * DAY_MS;

/**
 * Look at services, machine and crontab, for whichever house comes first. Null where another
 * process is at it: houses whose cron lines fire in the same minute leave it to one of them.
 */
export function watchHousehold(
  root: string,
  db: DatabaseSync,
  settings: HouseholdSettings,
  means: MonitorMeans,
  { dryRun }: { dryRun: boolean },
): Promise<HouseholdReport | null> {
  const look = async (): Promise<HouseholdReport> => {
    const machine = machineHealth(root);
    const services = await watchServices(root, db, settings, means, { dryRun });
    const findings = [
      ...machineFindings(machine, settings.monitor),
      ...services.flatMap(untold),
      ...(await crontabFindings(root, means)),
    ];
    const told = services.flatMap((service) => tellService(service, dryRun));
    if (dryRun) return { machine, services, findings, told };
    const now = means.clock.now();
    const { begun, over } = recordFindings(db, 'self-monitor', now, findings);
    prune(db, now);
    told.push(...begun.map(({ message }) => message));
    told.push(...over.map(({ code, subject }) => `over: ${code}${subject && ` ${subject}`}`));
    return { machine, services, findings, told };
  };
  return dryRun ? look() : withHouseholdLock(root, 'self-monitor', means, 0, look);
}

function tellService(
  { name, steps, state, seen, detail, restarts }: ServiceReport,
  dryRun: boolean,
): string[] {
  if (steps.length === 0) return [];
  const words = {
    down: `is down (${seen})`,
    restart: dryRun ? 'would be started again' : `started again (${restarts} in a row)`,
    up: 'is up again',
    'give-up': `stays down after ${restarts} restarts: a person is needed (${seen})`,
  };
  const said = steps.map((step) => words[step]).join(', ');
  const vain = !dryRun && steps.at(-1) === 'restart' && state !== 'up';
  return [`${name} ${said}${vain ? `, not up yet: ${detail}` : ''}`];
}

/** What no look can tell is neither up nor down, and nobody would hear of it. */
const untold = ({ name, state, detail }: ServiceReport): Finding[] =>
  state === 'unknown'
    ? [{ code: 'service', subject: name, message: `${name} can’t be looked at: ${detail}` }]
    : [];

/** Once a day. */
function prune(db: DatabaseSync, now: number): void {
  const last = Number(readMeta(db, 'pruned') ?? 0);
  if (now >= last && now - last < DAY_MS) return;
  writeMeta(db, 'pruned', String(now));
  pruneEvents(db, now - KEPT_MS);
  pruneProbes(db, now - KEPT_MS);
  pruneSent(db, now - KEPT_MS);
}
