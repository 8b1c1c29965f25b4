import { expect, test } from 'vitest';
import { findCharter, readCharters, renderCharter } from '../../lib/houses/charter.ts';
import { wizardName } from '../../lib/houses/setting-types.ts';

const SECTIONS = [
  'Entity',
  'Canonical placement',
  'Role',
  'Relationship to the father',
  'Relationship to the sovereign',
  'How work comes to you',
];

const values = { wizard: 'joe', father: 'allegro', sovereign: 'timmy', codebase: 'hermes-agent' };

const charters = [...readCharters(), findCharter('nobody', undefined)];

test('the founding household has its charters', () => {
  expect(readCharters().map(({ name }) => name)).toEqual([
    'allegro',
    'allegro-primus',
    'bezalel',
    'ezra',
    'timmy',
  ]);
});

test.each(charters.map((charter) => [charter.name ?? 'the plain one', charter] as const))(
  'the charter %s has its sections, and is about its wizard',
  (name, charter) => {
    const text = renderCharter(charter, values);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(SECTIONS);
    expect(text).not.toContain('{{');
    expect(text).toMatch(/^# joe$/im);
    if (charter.name === null) return;
    expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
    expect(charter.role).not.toBe('');
    if (charter.father !== null) expect(wizardName.safeParse(charter.father).success).toBe(true);
  },
);

test('without a father or a sovereign it still reads as sentences', () => {
  const nobody = { ...values, father: null, sovereign: null, codebase: null };
  for (const charter of readCharters()) {
    const text = renderCharter(charter, nobody);
    expect(text).not.toMatch(/null|[a-z,] (The father|The sovereign) of the household/);
  }
});

test('a charter is found by the name, else by the role, else it is the plain one', () => {
  expect(findCharter('ezra', 'artificer').name).toBe('ezra');
  expect(findCharter('scribe', ' Archivist').name).toBe('ezra');
  expect(findCharter('scribe', 'cook').name).toBeNull();
});
