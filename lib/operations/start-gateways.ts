import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../core/errors.ts';
import type { GatewayDeps } from '../houses/house-state.ts';
import { loadHouse } from '../houses/household.ts';
import { gatewayOf, HALF_NAMES, HALVES, halfSettings } from './gateways.ts';

/** What came of starting one half of a house. */
export interface Started {
  what: string;
  running: boolean;
  detail: string;
}

const LOOK_MS = 250;

/** Start what of a house has a gateway, robe first, and wait until each answers or its patience is over. */
export async function startGateways(
  root: string,
  wizard: string,
  deps: GatewayDeps,
): Promise<Started[]> {
  const house = await loadHouse(root, wizard);
  const started: Started[] = [];
  for (const half of HALVES) {
    const settings = halfSettings(house, half);
    if (settings === undefined) continue;
    const what = HALF_NAMES[half];
    try {
      const gateway = await gatewayOf(half);
      await gateway.start(house, deps);
      const until = deps.clock.monotonic() + settings.patience;
      let seen = await gateway.probe(house, deps);
      while (seen.state === 'starting' && deps.clock.monotonic() < until) {
        await sleep(LOOK_MS);
        seen = await gateway.probe(house, deps);
      }
      started.push({ what, running: seen.state === 'running', detail: seen.detail });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const hint = error.hint === undefined ? '' : ` (${error.hint})`;
      started.push({ what, running: false, detail: `${error.message}${hint}` });
    }
  }
  return started;
}
