import type { GatewayState } from '../../houses/house-state.ts';
import type { House } from '../../houses/household.ts';
import { readBringUp } from '../bring-up-store.ts';
import { failureText } from '../gateway-holds.ts';
import { gatewayOf, HALVES, type Half, halfLog, halfSettings } from '../gateways.ts';
import type { BringUp } from '../plan-bring-up.ts';
import type { HouseCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { quoted } from './words.ts';

/** One that is down is no trouble: dispatch brings it up. One that it could not bring up is. */
export const gateways: HouseCheck = {
  of: 'house',
  name: 'gateways',
  levels: ['fail'],
  finds:
    'a port of the house that somebody else listens on, such as the house that it is a copy of; a gateway whose process is up and whose API is not; one that dispatch could not bring up: how often, since when, and why',
  fine: 'gateways that run answer as themselves, and their ports are nobody else’s',
  async look({ house, name, db }, { clock, environment }) {
    if (house === null) return [];
    const deps = { clock, environment };
    const looks = HALVES.map(async (half) => {
      const seen = await (await gatewayOf(half)).probe(house, deps);
      const known = db === null ? null : readBringUp(db, half);
      return troubleOf(half, seen, name) ?? failureOf(house, half, seen, known, clock.now());
    });
    return (await Promise.all(looks)).filter((trouble) => trouble !== null);
  },
};

function troubleOf(half: Half, { state, detail }: GatewayState, name: string): Trouble | null {
  const what = half === 'body' ? 'gateway' : 'robe';
  if (state === 'foreign') {
    return {
      level: 'fail',
      message: `its ${what} can’t come up: ${detail}`,
      fix: 'give the house another port in house.yaml and config.yaml, or end that one',
    };
  }
  if (state === 'degraded') {
    return {
      level: 'fail',
      message: `its ${what} runs and serves nothing: ${detail}`,
      fix: `robed gateway stop --wizard ${name}; robed gateway start --wizard ${name}`,
    };
  }
  return null;
}

/** By the record of dispatch, where the gateway is to be up and is not. */
function failureOf(
  house: House,
  half: Half,
  { state }: GatewayState,
  known: BringUp | null,
  now: number,
): Trouble | null {
  if (!known?.failures || state === 'running') return null;
  if (halfSettings(house, half)?.start !== 'auto') return null;
  return {
    level: 'fail',
    message: failureText(half, known, now),
    fix: `tail -50 ${quoted(halfLog(house, half))}   (mend what it says, then robed gateway start --wizard ${house.name})`,
  };
}
