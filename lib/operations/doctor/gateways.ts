import { probeHermes } from '../../houses/hermes-gateway.ts';
import type { GatewayState } from '../../houses/house-state.ts';
import { probeOpenClaw } from '../../houses/openclaw-gateway.ts';
import type { HouseCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';

/** One that is down is no trouble: dispatch brings it up. One whose port another has can't come up. */
export const gateways: HouseCheck = {
  of: 'house',
  name: 'gateways',
  levels: ['fail'],
  finds:
    'a port of the house that somebody else listens on; a gateway whose process is up and whose API is not',
  fine: 'gateways that run answer as themselves, and their ports are nobody else’s',
  async look({ house, name }, { clock, environment }) {
    if (house === null) return [];
    const deps = { clock, environment };
    const [body, robe] = await Promise.all([probeHermes(house, deps), probeOpenClaw(house, deps)]);
    return [...troubleOf('gateway', body, name), ...troubleOf('robe', robe, name)];
  },
};

function troubleOf(what: string, { state, detail }: GatewayState, name: string): Trouble[] {
  if (state === 'foreign') {
    return [
      {
        level: 'fail',
        message: `its ${what} can’t come up: ${detail}`,
        fix: 'end that one, or give the house another port in house.yaml and config.yaml',
      },
    ];
  }
  if (state === 'degraded') {
    return [
      {
        level: 'fail',
        message: `its ${what} runs and serves nothing: ${detail}`,
        fix: `robed gateway stop --wizard ${name}; robed gateway start --wizard ${name}`,
      },
    ];
  }
  return [];
}
