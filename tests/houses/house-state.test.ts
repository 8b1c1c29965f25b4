import { expect, it } from 'vitest';
import { type GatewayState, houseState } from '../../lib/houses/house-state.ts';

const half = (state: GatewayState['state']): GatewayState => ({ state, detail: '' });

it.each([
  ['running', 'running', 'robed'],
  ['stopped', 'running', 'unrobed'],
  ['none', 'running', 'unrobed'],
  ['running', 'stopped', 'lobster'],
  ['running', 'none', 'lobster'],
  ['stopped', 'stopped', 'dead'],
] as const)('with the robe %s and the body %s the house is %s', (robe, body, name) => {
  expect(houseState(half(robe), half(body))).toBe(name);
});

it.each(['starting', 'draining', 'degraded', 'foreign'] as const)(
  'a half that is %s does not count as working',
  (state) => {
    expect(houseState(half(state), half('running'))).toBe('unrobed');
    expect(houseState(half('running'), half(state))).toBe('lobster');
    expect(houseState(half(state), half(state))).toBe('dead');
  },
);
