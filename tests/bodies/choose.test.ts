import { expect, it } from 'vitest';
import type { Body, BodyKind, Offer } from '../../lib/bodies/body.ts';
import { type BodyPolicy, chooseBody } from '../../lib/bodies/choose.ts';
import { externalBody } from '../../lib/bodies/external.ts';

const can: Offer = { can: true, why: 'it is there' };
const cannot: Offer = { can: false, why: 'it is broken' };

const house = (offers: Partial<Record<BodyKind, Offer>>): Map<BodyKind, Body> =>
  new Map(
    Object.entries(offers).map(([kind, offer]) => [
      kind as BodyKind,
      { ...externalBody, kind: kind as BodyKind, offer: () => offer },
    ]),
  );

async function choose(
  offers: Partial<Record<BodyKind, Offer>>,
  policy: Partial<BodyPolicy> = {},
  fields: Record<string, string> = {},
): Promise<string> {
  const allow = policy.allow ?? (Object.keys(offers) as BodyKind[]);
  const choice = await chooseBody(
    { blocks: [], text: '', produces: [], fields },
    { ...policy, allow },
    house(offers),
  );
  return 'body' in choice ? `${choice.body.kind} | ${choice.why}` : choice.blocked;
}

it('prefers what the task asks for over every default', async () => {
  const chosen = await choose(
    { hermes: can, model: can, shell: can },
    { queueDefault: 'hermes', houseDefault: 'shell' },
    { body: 'Model' },
  );
  expect(chosen).toBe('model | model: the task asks for it, and it is there');
});

it("prefers the queue's default over the house's, and that over its own order", async () => {
  const offers = { shell: can, hermes: can, command: can };
  expect(await choose(offers, { queueDefault: 'command', houseDefault: 'hermes' })).toMatch(
    /^command/,
  );
  expect(await choose(offers, { houseDefault: 'hermes' })).toBe(
    "hermes | hermes: it is the house's default, and it is there",
  );
  expect(await choose(offers)).toBe('shell | shell: it is there');
});

it('goes through its order to the first that can', async () => {
  const offers = {
    external: can,
    command: can,
    model: can,
    openclaw: can,
    hermes: cannot,
    shell: cannot,
  };
  expect(await choose(offers)).toMatch(/^openclaw/);
});

it('gives a task to somebody outside only where that is asked for', async () => {
  expect(await choose({ external: can })).toContain('no body can do this task');
  expect(await choose({ external: can }, {}, { body: 'external' })).toMatch(/^external/);
});

it('blocks a task that asks for a body which the house forbids, lacks or never heard of', async () => {
  expect(await choose({ shell: can }, {}, { body: 'hermes' })).toBe(
    "hermes: house.yaml doesn't allow it",
  );
  expect(await choose({ shell: can }, { allow: ['shell', 'model'] }, { body: 'model' })).toContain(
    "house.yaml doesn't say how",
  );
  expect(await choose({ shell: can }, {}, { body: 'ghost' })).toContain(
    'there is no body "ghost", only shell',
  );
  expect(await choose({ shell: can, hermes: cannot }, {}, { body: 'hermes' })).toBe(
    'hermes: it is broken',
  );
});

it('lists the reason of each body where none can', async () => {
  const blocked = await choose({ shell: cannot, hermes: cannot });
  expect(blocked).toMatch(
    /^no body can do this task: shell: it is broken; hermes: it is broken; house/,
  );
  expect(blocked).toMatch(/; house.yaml doesn't allow openclaw, model, command$/);
});

it('takes another body where a default cannot do this job', async () => {
  expect(await choose({ hermes: cannot, model: can }, { houseDefault: 'hermes' })).toMatch(
    /^model/,
  );
});

it('never runs blocks as commands because the agent that should read them is missing', async () => {
  const blocked = await choose({ shell: can, hermes: cannot }, { houseDefault: 'hermes' });
  expect(blocked).toMatch(/^no body can do this task: hermes: it is broken/);
});

it('blocks on a default that is no body at all', async () => {
  expect(await choose({ shell: can, external: can }, { queueDefault: 'hermess' })).toContain(
    'there is no body "hermess"',
  );
});
