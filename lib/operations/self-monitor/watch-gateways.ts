import { readEvents } from '../../records/event-store.ts';
import { bringUp, wantedHalves } from '../bring-up.ts';
import type { HouseContext } from '../context.ts';
import type { Half } from '../gateways.ts';
import { HALF_NAMES } from '../gateways.ts';

/**
 * The halves of a house that are to be up: `start: auto`, once started, and not stopped by a person
 * since. One that never ran is brought up by dispatch, when there is work for it.
 */
export function halvesToKeep({ house, db }: HouseContext): Half[] {
  return wantedHalves(house).filter((half) => {
    const last = LIFE.flatMap((type) => readEvents(db, { type }))
      .filter(({ data }) => data['gateway'] === half)
      .reduce<{ id: number; type: string } | null>(
        (newest, event) => (newest === null || event.id > newest.id ? event : newest),
        null,
      );
    return last !== null && last.type !== 'gateway.stopped';
  });
}

const LIFE = ['gateway.starting', 'gateway.started', 'gateway.failed', 'gateway.stopped'];

/**
 * Start again what is down and is to be up, by the same record and back-off as dispatch has: of the
 * two, one starts it. Returns what was done.
 */
export async function keepGateways(context: HouseContext): Promise<string[]> {
  const told: string[] = [];
  await bringUp(context, (action) => told.push(action), halvesToKeep(context));
  return told;
}

/** The same, only said. */
export const wouldKeep = (context: HouseContext, down: readonly Half[]): string[] =>
  halvesToKeep(context)
    .filter((half) => down.includes(half))
    .map((half) => `would start ${HALF_NAMES[half]}`);
