import { expect, it } from 'vitest';
import { gatewayHold, missing, type Presence } from '../../lib/operations/gateway-holds.ts';
import type { Half } from '../../lib/operations/gateways.ts';

const NOW = 1_700_000_000_000;

const down = (half: Half): Presence => ({ half, phase: 'down', known: null, detail: 'as seen' });

const starting = (half: Half, failures = 0): Presence => ({
  ...{ half, phase: 'starting', detail: 'as seen' },
  known: { phase: 'starting', since: NOW - 12_000, pid: 7, failures, logged: 0 },
});

const failed = (half: Half, failures: number): Presence => ({
  ...{ half, phase: 'failed', detail: 'as seen' },
  known: { phase: 'failed', failures, nextTry: NOW + 120_000, reason: 'it ended' },
});

const hold = (body: string, ...presences: Presence[]) => gatewayHold(body, presences, NOW);

it.each(['shell', 'command', 'model', 'external'])('%s waits for no gateway', (body) => {
  expect(hold(body, down('robe'), down('body'))).toBeNull();
  expect(missing(body, [down('robe'), down('body')])).toEqual([]);
});

it('an agent waits for the first start of its robe, and says for how long it has', () => {
  for (const body of ['hermes', 'openclaw']) {
    expect(hold(body, starting('robe'))).toEqual({
      ...{ half: 'robe', starting: true, again: 1000 },
      message: 'waits for the robe to come up (starting for 12s)',
    });
  }
});

it('an agent goes ahead where its robe could not be brought up, and while it is tried again', () => {
  for (const presence of [failed('robe', 1), starting('robe', 1)]) {
    expect(hold('hermes', presence)).toBeNull();
    expect(missing('hermes', [presence])).toEqual([presence]);
  }
});

it('Hermes waits for its gateway through two failures, told why, and then goes one-shot', () => {
  expect(hold('hermes', starting('body', 2))).toMatchObject({ half: 'body', starting: true });
  expect(hold('hermes', failed('body', 2))).toEqual({
    ...{ half: 'body', starting: false, again: 15_000 },
    message:
      "the body's gateway could not be brought up (2 attempts): it ended; it is tried again in 2m",
  });
  expect(hold('hermes', failed('body', 3))).toBeNull();
  expect(hold('hermes', starting('body', 3))).toBeNull();
});

it("OpenClaw does not wait for Hermes' gateway", () => {
  expect(hold('openclaw', down('body'))).toBeNull();
});

it('what a dispatch would start first is said so', () => {
  expect(hold('hermes', down('body'))?.message).toBe(
    "a dispatch starts the body's gateway first: as seen",
  );
});

it('nobody waits for what is up', () => {
  const up: Presence = { half: 'body', phase: 'up', known: null, detail: 'as seen' };
  expect(hold('hermes', up)).toBeNull();
  expect(missing('hermes', [up])).toEqual([]);
});
