import { KNOWN_PORTS, portsInUse } from '../../houses/ports.ts';
import type { HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { few } from './words.ts';

type Held = ReturnType<typeof portsInUse>[number];

/** OpenClaw derives further ports from its base port: gateways stand so far apart. */
const ROBE_DISTANCE = 120;

const FREE =
  'give one of them another in house.yaml and config.yaml (`robed provision` takes the next free one from 8742 up)';

/** The founding pattern's first trouble: two wizards on one port. */
export const ports: HouseholdCheck = {
  of: 'household',
  name: 'ports',
  levels: ['fail', 'warn'],
  finds:
    'two houses on one port; a port that is another program’s default (8644: Hermes’ own webhooks) or reserved; OpenClaw gateways less than 120 apart',
  fine: 'no two houses share a port',
  look({ root, settings }) {
    const held = portsInUse(root);
    return [
      ...sharedPorts(held),
      ...knownPorts(held, settings.ports.reserved),
      ...closeRobes(held),
    ];
  },
};

function sharedPorts(held: readonly Held[]): Trouble[] {
  const byPort = Map.groupBy(held, ({ port }) => port);
  return [...byPort].flatMap(([port, claims]): Trouble[] => {
    // A house names its gateway's port in house.yaml and in config.yaml: that is one claim.
    const owners = new Set(claims.map(({ wizard, what }) => `${wizard} (${roleOf(what)})`));
    if (owners.size < 2) return [];
    return [
      {
        level: 'fail',
        message: `port ${port} is meant for ${few([...owners], 4)}: whoever starts second gets no API, and calls for one reach the other`,
        fix: FREE,
      },
    ];
  });
}

const roleOf = (what: Held['what']): string => (what === 'robe' ? 'its robe' : 'its gateway');

function knownPorts(held: readonly Held[], reserved: readonly number[]): Trouble[] {
  const seen = new Set<string>();
  return held.flatMap(({ port, wizard, what }): Trouble[] => {
    const owner =
      KNOWN_PORTS.get(port) ?? (reserved.includes(port) ? 'robed.yaml’s reserved' : null);
    // One robe on OpenClaw's own port is where one expects it.
    if (owner === null || (what === 'robe' && owner === 'OpenClaw')) return [];
    if (seen.has(`${wizard} ${port}`)) return [];
    seen.add(`${wizard} ${port}`);
    return [
      {
        level: 'warn',
        wizard,
        message: `${roleOf(what)} is on port ${port}, which is ${owner}: once that runs too, one of them can’t start, and a probe can’t tell them apart`,
        fix: 'choose one from 8742 up, in house.yaml and config.yaml',
      },
    ];
  });
}

function closeRobes(held: readonly Held[]): Trouble[] {
  const robes = held.filter(({ what }) => what === 'robe').toSorted((a, b) => a.port - b.port);
  return robes.slice(1).flatMap((robe, at): Trouble[] => {
    const before = robes[at] as Held;
    const apart = robe.port - before.port;
    if (apart === 0 || apart >= ROBE_DISTANCE || robe.wizard === before.wizard) return [];
    return [
      {
        level: 'warn',
        message: `the robes of ${before.wizard} (${before.port}) and ${robe.wizard} (${robe.port}) are ${apart} apart: OpenClaw takes more ports above its base, so they may collide`,
        fix: `set robe.port of ${robe.wizard} to ${before.port + ROBE_DISTANCE} or more`,
      },
    ];
  });
}
