import { EXIT, UserError } from '../core/errors.ts';
import type { Listener } from '../platform/network.ts';
import type { HouseholdSettings } from './household-settings.ts';
import { type HeldPort, KNOWN_PORTS } from './ports.ts';

/** What is known about the machine's ports. */
export interface PortsSight {
  name: string;
  held: readonly HeldPort[];
  household: HouseholdSettings['ports'];
  listening(port: number): Promise<boolean>;
  listeners(port: number): Listener[];
}

/** Several OpenClaw gateways keep so far apart: each takes ports above its own. */
const ROBE_GAP = 120;

const ROBE_DEFAULT = 18_789;

/** The first port of robed.yaml's range that nobody holds. Throws UserError where there is none. */
export async function nextFreePort(sight: PortsSight): Promise<number> {
  const { from, to } = sight.household;
  for (let port = from; port <= to; port++) {
    if (await isFree(sight, port)) return port;
  }
  throw new UserError(`expected a free port from ${from} to ${to}, found none`, {
    hint: 'widen `ports` in robed.yaml, or name one by --port',
    exitCode: EXIT.config,
  });
}

/** The first port for a robe that is far enough from every other robe. */
export async function nextRobePort(sight: PortsSight): Promise<number> {
  const robes = othersOf(sight).filter(({ what }) => what === 'robe');
  for (let port = ROBE_DEFAULT + ROBE_GAP; port <= 65_535; port += ROBE_GAP) {
    const apart = robes.every((robe) => Math.abs(robe.port - port) >= ROBE_GAP);
    if (apart && (await isFree(sight, port))) return port;
  }
  throw new UserError('expected a free port for the robe, found none', {
    hint: 'name one: --robe openclaw:PORT',
  });
}

async function isFree(sight: PortsSight, port: number): Promise<boolean> {
  if (KNOWN_PORTS.has(port) || sight.household.reserved.includes(port)) return false;
  if (sight.held.some((held) => held.port === port)) return false;
  return !(await sight.listening(port));
}

/**
 * A port that a person, or a file of the house, asks for. `mine`: the house has it already, so that
 * who listens there may be its own gateway. Returns what to warn of. Throws UserError where somebody
 * else has it.
 */
export async function checkPort(sight: PortsSight, port: number, mine: boolean): Promise<string[]> {
  const holder = othersOf(sight).find((held) => held.port === port);
  if (holder !== undefined) {
    throw taken(port, `${holder.wizard} has it as its ${holder.what} (${holder.file})`);
  }
  if (sight.household.reserved.includes(port)) throw taken(port, 'robed.yaml reserves it');
  if (!mine && (await sight.listening(port))) {
    const [listener] = sight.listeners(port);
    const who = listener ? `${listener.command}, process ${listener.pid},` : 'somebody';
    throw taken(port, `${who} listens there now`);
  }
  const known = KNOWN_PORTS.get(port);
  return known === undefined
    ? []
    : [`port ${port} is the default of ${known}: another port saves you a conflict`];
}

const othersOf = ({ held, name }: PortsSight): HeldPort[] =>
  held.filter(({ wizard }) => wizard !== name);

const taken = (port: number, why: string): UserError =>
  new UserError(`expected port ${port} to be free, but ${why}`, {
    hint: 'leave --port out for the next free one',
    exitCode: EXIT.config,
  });
