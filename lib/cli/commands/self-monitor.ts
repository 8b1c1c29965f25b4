import { setTimeout as sleep } from 'node:timers/promises';
import { readHouseholdSettings } from '../../houses/read-settings.ts';
import { sendAlerts } from '../../operations/alerts/send-alerts.ts';
import type { SinkRound } from '../../operations/alerts/serve-sink.ts';
import { size } from '../../operations/self-monitor/machine-findings.ts';
import { type HouseReport, watchHouse } from '../../operations/self-monitor/watch-house.ts';
import {
  type HouseholdReport,
  watchHousehold,
} from '../../operations/self-monitor/watch-household.ts';
import type { ServiceReport } from '../../operations/self-monitor/watch-services.ts';
import { openHouseholdDatabase, openHouseholdDatabaseToLook } from '../../records/household-db.ts';
import type { Context } from '../context.ts';
import { forEachHouse } from '../houses.ts';
import { printTable } from '../table.ts';
import { terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';

/** All that one pass saw and did. `household: null`: another house's self-monitor is at it. */
interface Pass {
  household: HouseholdReport | null;
  houses: HouseReport[];
  /** null: another process sends them; with a dry run none are. */
  alerts: SinkRound[] | null;
}

/** One look over everything. Off a terminal it says what is new, so that cron mails nothing else. */
export async function run(context: Context): Promise<number> {
  const root = context.root();
  const settings = readHouseholdSettings(root);
  const { clock, environment, dryRun } = context;
  const means = { clock, environment, sleep };
  const db = dryRun ? openHouseholdDatabaseToLook(root) : openHouseholdDatabase(root);
  let household: HouseholdReport | null;
  let houses: HouseReport[];
  let exitCode: number;
  try {
    household = await watchHousehold(root, db, settings, means, { dryRun });
    ({ results: houses, exitCode } = await forEachHouse(context, (house) =>
      watchHouse(house, db, settings, { dryRun }),
    ));
  } finally {
    db.close();
  }
  const alerts = dryRun ? null : await sendAlerts(root, settings, means);
  show(context, { household, houses, alerts });
  return exitCode;
}

function show(context: Context, pass: Pass): void {
  const { out, json, dryRun } = context;
  if (json) {
    out.json({ version: 1, dryRun, ...documentOf(pass) });
    return;
  }
  if (out.terminal) showTable(context, pass);
  const told = [
    ...(pass.household?.told ?? []),
    ...pass.houses.flatMap(({ wizard, told }) => told.map((line) => `${wizard}: ${line}`)),
  ];
  for (const line of told) out.line(terminalLine(line));
}

function documentOf({ household, houses, alerts }: Pass) {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    machine: household?.machine ?? null,
    services:
      household?.services.map(({ since, probedAt, nextTry, ...service }) => ({
        ...service,
        since: time(since),
        probedAt: time(probedAt),
        nextTry: time(nextTry),
      })) ?? null,
    findings: household?.findings ?? null,
    told: household?.told ?? null,
    wizards: houses,
    alerts,
  };
}

function showTable({ out }: Context, { household, houses, alerts }: Pass): void {
  const rows = [
    ...(household?.services.map(serviceRow) ?? []),
    ...houses.map(houseRow),
    ...(household === null ? [] : machineRows(household)),
    ...(alerts ?? []).map(({ sink, failure, sent }) => [
      sink,
      failure === null ? 'ok' : 'fails',
      failure ?? (sent > 0 ? `${sent} sent` : ''),
    ]),
  ];
  const column = (at: number) => rows.map((row) => row[at] ?? '');
  printTable(out, [
    { heading: 'WHAT', cells: column(0) },
    { heading: 'STATE', cells: column(1) },
    { heading: 'DETAIL', cells: column(2) },
  ]);
  const findings = [
    ...(household?.findings ?? []),
    ...houses.flatMap((house) =>
      house.findings.map(({ message }) => ({ message: `${house.wizard}: ${message}` })),
    ),
  ];
  for (const { message } of findings) out.line(terminalLine(`! ${message}`));
}

function serviceRow({ name, state, since, detail, nextTry }: ServiceReport): string[] {
  const next = state === 'down' && nextTry !== null ? `; next start ${localTime(nextTry)}` : '';
  return [name, state.replace('-', ' '), `${detail}, since ${localTime(since)}${next}`];
}

function houseRow({ wizard, state, up, progress }: HouseReport): string[] {
  const alone = state.robe.state === 'none' && state.body.state === 'none';
  const word = alone ? (up ? 'up' : 'silent') : state.name;
  return [wizard, word, progress.detail];
}

function machineRows({ machine, findings }: HouseholdReport): string[][] {
  const word = (code: string) => (findings.some((one) => one.code === code) ? 'low' : 'ok');
  const room = (name: 'disk' | 'memory') => {
    const { free, total } = machine[name];
    return [name, word(name), `${size(free)} of ${size(total)} free`];
  };
  return [room('disk'), room('memory')];
}
