import { expect, test } from 'vitest';
import { UserError } from '../../../lib/core/errors.ts';
import { withHousehold } from '../../../lib/operations/doctor/admit.ts';
import { examine } from '../../../lib/operations/doctor/examine.ts';
import type { Check } from '../../../lib/operations/doctor/patient.ts';
import { worstFirst } from '../../../lib/operations/doctor/verdict.ts';
import { healthyHousehold } from './household.ts';

const text = { levels: ['warn' as const], finds: '', fine: 'well' };

test('a check that throws is a fail with its reason, and costs the others nothing', async () => {
  const { look } = await healthyHousehold();
  const checks: Check[] = [
    { ...text, of: 'household', name: 'first', look: () => [] },
    {
      ...text,
      of: 'house',
      name: 'second',
      look: ({ name }) => {
        if (name === 'ezra')
          throw new UserError('no such thing', { hint: 'do this', file: '/x', line: 3 });
        return [];
      },
    },
    { ...text, of: 'household', name: 'third', look: () => Promise.reject(new Error('gone')) },
  ];
  const reason = 'this check could not be made, so nobody knows: ';
  expect(await look(['allegro', 'ezra'], checks)).toMatchObject([
    {
      name: 'second',
      wizard: 'ezra',
      level: 'fail',
      message: `${reason}no such thing (/x:3)`,
      fix: 'do this',
    },
    {
      name: 'third',
      wizard: null,
      level: 'fail',
      message: `${reason}gone`,
      fix: expect.any(String),
    },
    { name: 'first', wizard: null, level: 'ok', message: 'well', fix: null },
    { name: 'second', wizard: 'allegro', level: 'ok' },
  ]);
});

test('a check that never ends is a fail', async () => {
  const { root, clock, environment } = await healthyHousehold();
  const hangs: Check = {
    ...text,
    of: 'household',
    name: 'hangs',
    look: () => new Promise(() => {}),
  };
  const found = await withHousehold(root, { clock, environment }, (household) =>
    examine(household, [hangs], [], 10),
  );
  expect(found).toMatchObject([
    { level: 'fail', message: expect.stringContaining('no answer within') },
  ]);
});

test('who asks for one house hears of it and of the household, not of the others’ own', async () => {
  const { write, troubles } = await healthyHousehold();
  write('wizards/ezra/house.yaml', 'father: nobody\nschedule: {checkpoint: false}\nqueue: [');
  write('wizards/allegro/house.yaml', 'father: nobody\nqueue: {adopted: true}\n');
  const told = async (wizard: string) => (await troubles([wizard])).map(({ name }) => name);
  expect(await told('ezra')).toEqual(['house-yaml']);
  expect(await told('allegro')).toEqual(['family']);
});

test('fails come first, then warnings, else the order of the checks stays', () => {
  const verdict = (name: string, level: 'ok' | 'warn' | 'fail') => ({
    ...{ name, level, wizard: null, message: '', fix: null },
  });
  const mixed = [
    verdict('a', 'ok'),
    verdict('b', 'warn'),
    verdict('c', 'fail'),
    verdict('d', 'warn'),
  ];
  expect(worstFirst(mixed).map(({ name }) => name)).toEqual(['c', 'b', 'd', 'a']);
});
