import { recordEvent } from '../records/event-store.ts';
import type { RunRecord } from '../records/run.ts';
import type { HouseContext } from './context.ts';
import { type GatewayHold, gatewayHold, missing, type Presence } from './gateway-holds.ts';
import { HALF_NAMES } from './gateways.ts';

/** The gateways of a house during one reconcile: looked at when the first claim asks, and once. */
export interface Gateways {
  presences(): Promise<readonly Presence[]>;
  /** What a task of this body waits for; null: nothing. */
  hold(body: string): Promise<GatewayHold | null>;
}

/** Brings up what the house wants, at the first claim that asks. */
export const gatewaysBroughtUp = (
  context: HouseContext,
  tell: (action: string) => void,
): Gateways => gateways(context, async () => (await load()).bringUp(context, tell));

/** Foresees what a dispatch would do. Changes nothing. */
export const gatewaysForeseen = (context: HouseContext): Gateways =>
  gateways(context, async () => (await load()).seeGateways(context));

/** A house without gateways loads nothing for them. */
const load = () => import('./bring-up.ts');

function gateways(context: HouseContext, look: () => Promise<Presence[]>): Gateways {
  const { robe, gateway } = context.house.settings;
  let looked: Promise<Presence[]> | null = null;
  const presences = (): Promise<Presence[]> => {
    looked ??= robe === undefined && gateway === undefined ? Promise.resolve([]) : look();
    return looked;
  };
  const hold = async (body: string) => gatewayHold(body, await presences(), context.clock.now());
  return { presences, hold };
}

/** Record what a run goes ahead without. */
export function noteMissing(
  { db, clock }: HouseContext,
  { run, task, attempt, body }: RunRecord,
  presences: readonly Presence[],
): void {
  for (const { half, detail } of missing(body, presences)) {
    const message = `${task} goes ahead without ${HALF_NAMES[half]}: ${detail}`;
    const data = { message };
    recordEvent(db, clock.now(), { type: 'system.warning', task, run, attempt, data });
  }
}
