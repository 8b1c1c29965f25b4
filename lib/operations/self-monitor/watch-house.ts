import type { DatabaseSync } from 'node:sqlite';
import type { HouseState } from '../../houses/house-state.ts';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import { readMeta, writeMeta } from '../../records/house-db.ts';
import { lastProbe, recordProbe } from '../../records/probe-store.ts';
import type { HouseContext } from '../context.ts';
import { HALVES } from '../gateways.ts';
import { noteHouseState, seeHouseState } from '../house-state.ts';
import { type Finding, recordFindings } from './findings.ts';
import { houseFindings } from './house-findings.ts';
import { judgeProgress, type Progress, seeProgress } from './progress.ts';
import { showsLife } from './sign-of-life.ts';
import { keepGateways, wouldKeep } from './watch-gateways.ts';

/** How a house stands, and what was done about it. */
export interface HouseReport {
  wizard: string;
  up: boolean;
  /** As it was found, before anything was started. */
  state: HouseState;
  progress: Progress;
  findings: Finding[];
  /** What was done or is new, one line each. */
  told: string[];
}

/** Samples that come closer than this are of one look. */
const SAMPLE_MS = 60_000;

/** Look at one house: its gateways, its work, its leases. Starts again what is to be up. */
export async function watchHouse(
  context: HouseContext,
  household: DatabaseSync,
  { monitor }: Pick<HouseholdSettings, 'monitor'>,
  { dryRun }: { dryRun: boolean },
): Promise<HouseReport> {
  const { house, db, clock } = context;
  const state = await seeHouseState(house, context);
  const now = clock.now();
  const up = isUp(context, state, now);
  const sight = seeProgress(context);
  const progress = judgeProgress(sight, {
    since: readSince(household, house.name, now),
    now,
    idle: monitor.idle,
  });
  const findings = houseFindings(sight, progress, now, monitor);
  const report = { wizard: house.name, up, state, progress, findings };
  const down = HALVES.filter((half) => state[half].state !== 'running');
  if (dryRun) return { ...report, told: wouldKeep(context, down) };
  noteHouseState(db, state, now);
  sample(household, `wizard:${house.name}`, up, now);
  keepSince(household, house.name, sight.queue, sight.ready.length > 0, now);
  const { begun, over } = recordFindings(db, 'self-monitor', now, findings);
  const kept = house.settings.paused ? [] : await keepGateways(context);
  return {
    ...report,
    told: [
      ...kept,
      ...begun.map(({ message }) => message),
      ...over.map(({ code, subject }) => `over: ${code}${subject && ` ${subject}`}`),
    ],
  };
}

/** What a house does, on a look of its own; for reports and doctor. Changes nothing. */
export function progressOf(
  context: HouseContext,
  household: DatabaseSync,
  { monitor }: Pick<HouseholdSettings, 'monitor'>,
): Progress {
  const now = context.clock.now();
  return judgeProgress(seeProgress(context), {
    since: readSince(household, context.house.name, now),
    now,
    idle: monitor.idle,
  });
}

/** A house without a gateway of its body is up where something shows that it lives. */
function isUp({ house }: HouseContext, state: HouseState, now: number): boolean {
  return state.body.state === 'none'
    ? showsLife(house, now)
    : state.name === 'robed' || state.name === 'unrobed';
}

function sample(household: DatabaseSync, name: string, up: boolean, now: number): void {
  const last = lastProbe(household, name);
  if (last === null || Math.abs(now - last) >= SAMPLE_MS) recordProbe(household, now, name, up);
}

/** From when on every look found work that could run; from the future: kept while the clock stood wrong. */
function readSince(household: DatabaseSync, wizard: string, now: number): number | null {
  const kept = readMeta(household, readyKey(wizard));
  return kept === null || kept === '' || Number(kept) > now ? null : Number(kept);
}

/** Half a save says nothing of it. */
function keepSince(
  household: DatabaseSync,
  wizard: string,
  queue: string,
  ready: boolean,
  now: number,
): void {
  if (queue === 'unsettled') return;
  const since = readSince(household, wizard, now);
  if (ready === (since !== null)) return;
  writeMeta(household, readyKey(wizard), ready ? String(now) : '');
}

const readyKey = (wizard: string): string => `ready:${wizard}`;
