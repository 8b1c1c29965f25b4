import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, errorCode, UserError } from '../core/errors.ts';
import type { GatewayState } from '../houses/house-state.ts';
import type { House } from '../houses/household.ts';
import { lastLine } from '../platform/last-line.ts';
import { changeBringUp, readBringUp } from './bring-up-store.ts';
import type { HouseContext } from './context.ts';
import type { Presence } from './gateway-holds.ts';
import { gatewayOf, HALF_NAMES, HALVES, type Half, halfLog, halfSettings } from './gateways.ts';
import { probeHalf } from './house-state.ts';
import { type BringUp, type BringUpStep, failed, planBringUp, starting } from './plan-bring-up.ts';

/** A half that house.yaml wants up, and what should be done about it. */
interface Look {
  half: Half;
  seen: GatewayState;
  known: BringUp | null;
  step: BringUpStep;
}

/** The halves that dispatch brings up by itself: those of the house that say `start: auto`. */
export const wantedHalves = (house: House): Half[] =>
  HALVES.filter((half) => halfSettings(house, half)?.start === 'auto');

/** How the wanted halves stand, at a dry run or an explanation. Changes nothing. */
export async function seeGateways(context: HouseContext): Promise<Presence[]> {
  const looks = await Promise.all(wantedHalves(context.house).map((half) => look(context, half)));
  return looks.map(presenceOf);
}

/**
 * Bring up what the house wants, and wait for nothing: what starts is looked at again by the next
 * round. Call it only where there is something to claim, or something was up before.
 */
export async function bringUp(
  context: HouseContext,
  tell: (action: string) => void,
  halves: readonly Half[] = wantedHalves(context.house),
): Promise<Presence[]> {
  const looks = await Promise.all(halves.map((half) => look(context, half)));
  return Promise.all(
    looks.map(async (one) => {
      await act(context, one, tell);
      const known = readBringUp(context.db, one.half);
      return presenceOf({ ...one, known });
    }),
  );
}

async function look(context: HouseContext, half: Half): Promise<Look> {
  const { house, clock, db } = context;
  const seen = await probeHalf(house, half, context);
  const known = readBringUp(db, half);
  const patience = halfSettings(house, half)?.patience ?? 0;
  return { half, seen, known, step: planBringUp(seen, known, patience, clock.now()) };
}

function presenceOf({ half, seen, known, step }: Look): Presence {
  const phase = step.type === 'up' ? 'up' : (known?.phase ?? 'down');
  return { half, phase, known, detail: seen.detail };
}

async function act(
  context: HouseContext,
  { half, seen, known, step }: Look,
  tell: (action: string) => void,
): Promise<void> {
  const { db, clock } = context;
  const now = clock.now();
  switch (step.type) {
    case 'up': {
      if (known === null) return;
      const event = { type: 'gateway.started', data: { detail: seen.detail } } as const;
      if (changeBringUp(db, half, known, null, now, event)) tell(`${HALF_NAMES[half]} is up`);
      return;
    }
    case 'watch': {
      changeBringUp(db, half, known, startingFrom(context, half, known, seen.pid), now);
      return;
    }
    case 'start':
    case 'restart': {
      const start = startingFrom(context, half, known);
      const event = { type: 'gateway.starting', data: { after: seen.detail } } as const;
      if (!changeBringUp(db, half, known, start, now, event)) return;
      tell(`starts ${HALF_NAMES[half]}`);
      await launch(context, half, start, step.type === 'restart', tell);
      return;
    }
    case 'fail':
      fail(context, half, known, withLog(context, half, known, step.reason), tell);
  }
}

async function launch(
  context: HouseContext,
  half: Half,
  start: BringUp & { phase: 'starting' },
  restart: boolean,
  tell: (action: string) => void,
): Promise<void> {
  const { db, house, clock } = context;
  try {
    const gateway = await gatewayOf(half);
    if (restart) await gateway.stop(house, { ...context, sleep });
    const pid = await gateway.start(house, context);
    changeBringUp(db, half, start, { ...start, pid }, clock.now());
  } catch (error) {
    const told = error instanceof UserError;
    if (!told && errorCode(error) === undefined) throw error;
    // Whoever is starting it now is who we wait for.
    if (told && error.exitCode === EXIT.busy) return;
    fail(context, half, start, (error as Error).message, tell);
  }
}

function fail(
  { db, clock }: HouseContext,
  half: Half,
  known: BringUp | null,
  reason: string,
  tell: (action: string) => void,
): void {
  const now = clock.now();
  const next = failed(known, reason, now);
  const data = { reason, failures: next.failures };
  if (changeBringUp(db, half, known, next, now, { type: 'gateway.failed', data })) {
    tell(`${HALF_NAMES[half]} could not be brought up: ${reason}`);
  }
}

function startingFrom(
  { house, clock }: HouseContext,
  half: Half,
  known: BringUp | null,
  pid: number | null = null,
): BringUp & { phase: 'starting' } {
  const logged = statSync(halfLog(house, half), { throwIfNoEntry: false })?.size ?? 0;
  return starting(known, { since: clock.now(), pid, logged });
}

/** The last thing that its process said since it was started. */
function withLog({ house }: HouseContext, half: Half, known: BringUp | null, reason: string) {
  if (known?.phase !== 'starting') return reason;
  const line = lastLine(halfLog(house, half), known.logged);
  return line === null ? reason : `${reason}; its last line: ${line}`;
}
