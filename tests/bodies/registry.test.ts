import { expect, it } from 'vitest';
import { allowedBodies, type BodiesSettings, createBodies } from '../../lib/bodies/registry.ts';
import { houseSchema } from '../../lib/houses/settings.ts';

const settings = (bodies: object): BodiesSettings => houseSchema.parse({ bodies }).bodies;

const kinds = (bodies: object): string[] => {
  const context = { environment: process.env, root: '/', self: ['node', 'robed'] } as const;
  return [...createBodies(settings(bodies), context).keys()];
};

const command = { argv: ['tool'] };

it('allows shell, and each body that the house sets up', () => {
  expect(kinds({})).toEqual(['shell']);
  expect(kinds({ command, external: {}, hermes: {} })).toEqual([
    'shell',
    'command',
    'hermes',
    'external',
  ]);
});

it('builds nothing that the house does not allow', () => {
  expect(kinds({ allow: ['external'], command })).toEqual(['external']);
});

it('builds hermes and openclaw without settings, command and model only with', () => {
  const allow = ['hermes', 'openclaw', 'command', 'model'];
  expect(allowedBodies(settings({ allow }))).toEqual(allow);
  expect(kinds({ allow })).toEqual(['hermes', 'openclaw']);
});

it('throws where a template is wrong', () => {
  expect(() => kinds({ command: { argv: ['tool', '{prompt}'] } })).toThrow(
    'unknown placeholder {prompt}',
  );
});

it('says of each body whether it acts on its own judgement', () => {
  const all = {
    command,
    model: { endpoint: 'http://127.0.0.1/v1', name: 'm' },
    hermes: {},
    openclaw: {},
    external: {},
  };
  const context = { environment: process.env, root: '/', self: ['node', 'robed'] } as const;
  const agents = [...createBodies(settings(all), context).values()].filter((body) => body.agent);
  expect(agents.map((body) => body.kind)).toEqual(['command', 'hermes', 'openclaw', 'external']);
});
