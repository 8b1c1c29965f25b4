import type { DatabaseSync } from 'node:sqlite';
import {
  type GatewayDeps,
  type GatewayState,
  type HouseState,
  houseState,
} from '../houses/house-state.ts';
import type { House } from '../houses/household.ts';
import { transaction } from '../platform/sqlite.ts';
import { recordEvent } from '../records/event-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import { gatewayOf, type Half } from './gateways.ts';

/** Probe robe and body at once. Takes some seconds at most. */
export async function seeHouseState(house: House, deps: GatewayDeps): Promise<HouseState> {
  const [robe, body] = await Promise.all([
    probeHalf(house, 'robe', deps),
    probeHalf(house, 'body', deps),
  ]);
  return { name: houseState(robe, body), robe, body };
}

export const probeHalf = async (
  house: House,
  half: Half,
  deps: GatewayDeps,
): Promise<GatewayState> => (await gatewayOf(half)).probe(house, deps);

/**
 * Remember how the house was found, and record `agent.status_changed` where that is not how it was
 * found before. True where it changed.
 */
export function noteHouseState(db: DatabaseSync, state: HouseState, now: number): boolean {
  const { name, robe, body } = state;
  const seen = JSON.stringify([name, robe.state, body.state]);
  return transaction(db, () => {
    const before = readMeta(db, KEY);
    if (before === seen) return false;
    writeMeta(db, KEY, seen);
    const from = before === null ? null : (JSON.parse(before) as string[])[0];
    const data = { from, to: name, robe: robe.state, body: body.state };
    recordEvent(db, now, { type: 'agent.status_changed', data });
    return true;
  });
}

const KEY = 'house-state';
