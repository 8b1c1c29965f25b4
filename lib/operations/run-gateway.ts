import { readOutput } from '../bodies/output.ts';
import { formatDuration } from '../core/duration.ts';
import { UserError } from '../core/errors.ts';
import type { GatewayState, StopDeps } from '../houses/house-state.ts';
import type { House } from '../houses/household.ts';
import { processState } from '../platform/identity.ts';
import { changeBringUp, readBringUp } from './bring-up-store.ts';
import type { HouseContext } from './context.ts';
import { gatewayOf, HALF_NAMES, type Half, halfLog, halfSettings } from './gateways.ts';

/** Milliseconds between two looks, and how long a start may take where house.yaml says nothing. */
const LOOK = 250;
const PATIENCE = 120_000;

/** Of the log of a start that failed. */
const LINES = 8;
const TAIL = 16 * 1024;

/**
 * Start one half of a house by a person's word, and wait until it answers. What dispatch knew of its
 * failures is forgotten. Throws UserError, with the last lines of its log, where it does not come up.
 */
export async function startHalf(
  context: HouseContext,
  half: Half,
  deps: StopDeps,
): Promise<GatewayState> {
  const { house, db, clock } = context;
  const gateway = await gatewayOf(half);
  const patience = halfSettings(house, half)?.patience ?? PATIENCE;
  const began = clock.monotonic();
  const inTime = () => clock.monotonic() - began < patience;
  let seen = await gateway.probe(house, deps);
  if (seen.state === 'running') return seen;
  for (; seen.state === 'draining' && inTime(); seen = await gateway.probe(house, deps)) {
    await deps.sleep(LOOK);
  }
  const pid = await gateway.start(house, deps);
  do {
    seen = await gateway.probe(house, deps);
    if (seen.state === 'running') {
      const event = { type: 'gateway.started', data: { detail: seen.detail } } as const;
      changeBringUp(db, half, readBringUp(db, half), null, clock.now(), event);
      return seen;
    }
    if (!lives(pid)) throw failure(house, half, 'ended before it answered', seen);
    await deps.sleep(LOOK);
  } while (inTime());
  throw failure(house, half, `did not answer within ${formatDuration(patience)}`, seen);
}

/** Stop one half by a person's word. False where none ran. Throws UserError where it can't be ended. */
export async function stopHalf(
  context: HouseContext,
  half: Half,
  deps: StopDeps,
): Promise<boolean> {
  const { house, db, clock } = context;
  const gateway = await gatewayOf(half);
  if (!(await gateway.stop(house, deps))) return false;
  const event = { type: 'gateway.stopped', data: { reason: 'a person stopped it' } } as const;
  changeBringUp(db, half, readBringUp(db, half), null, clock.now(), event);
  return true;
}

function lives(pid: number): boolean {
  const state = processState(pid);
  return state !== null && !state.zombie;
}

function failure(house: House, half: Half, what: string, { detail }: GatewayState): UserError {
  const log = halfLog(house, half);
  const lines = readOutput(log, TAIL).split('\n').slice(-LINES);
  const said = lines.map((line) => `\n    ${line}`).join('');
  return new UserError(`${HALF_NAMES[half]} of ${house.name} ${what}: ${detail}${said}`, {
    hint: `all of it is in ${log}`,
  });
}
