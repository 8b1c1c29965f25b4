import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBase } from '../../lib/queue/base.ts';
import { type States, states, versionsOf } from '../support/versions.ts';

const find = (save: States, past: States[]) =>
  findBase(save, past.at(-1) as States, versionsOf(past));

describe('the base of a save', () => {
  const past = [
    states({ A: 'PENDING', B: 'PENDING' }),
    states({ A: 'IN_PROGRESS', B: 'PENDING' }),
    states({ A: 'COMPLETE', B: 'PENDING' }),
    states({ A: 'COMPLETE', B: 'IN_PROGRESS' }),
    states({ A: 'COMPLETE', B: 'COMPLETE' }),
  ];

  test('is the newest version where nothing but text differs from it', () => {
    const save = new Map(past[4]).set('C', { status: 'PENDING', text: 'new' });
    expect(find(save, past)).toMatchObject({ seq: 5 });
  });

  test('is the very version that was saved again', () => {
    expect(find(new Map(past[1]), past)).toMatchObject({ seq: 2, distance: 0 });
  });

  test('is an old version, where the person added to that', () => {
    const save = new Map(past[0]).set('C', { status: 'PENDING', text: 'new' });
    expect(find(save, past)).toMatchObject({ seq: 1, distance: 2 });
  });

  test('is the newest of equals', () => {
    const twice = [past[0], past[1], past[0]] as States[];
    expect(find(new Map(past[0]), twice).seq).toBe(3);
  });

  test('says what that version said', () => {
    expect(find(new Map(past[1]), past).states.get('A')?.status).toBe('IN_PROGRESS');
  });

  test('one token set back to a former value could be an old copy', () => {
    const save = states({ A: 'COMPLETE', B: 'PENDING' });
    expect(find(save, past).seq).toBe(3);
  });

  test('a token set back after other work was finished since is told from an old copy', () => {
    const longer = [...past, states({ A: 'COMPLETE', B: 'COMPLETE', C: 'COMPLETE' })];
    const save = states({ A: 'PENDING', B: 'COMPLETE', C: 'COMPLETE' });
    const base = find(save, longer);
    expect(base.seq).toBe(6);
    expect(base.couldBeOld('A', 'PENDING')).toBe(false);
  });

  test('a token set back stays unsure while an old version is as near', () => {
    const two = [
      states({ A: 'PENDING', B: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'COMPLETE' }),
    ];
    const base = find(states({ A: 'PENDING', B: 'COMPLETE' }), two);
    expect(base.seq).toBe(3);
    expect(base.couldBeOld('A', 'PENDING')).toBe(true);
  });
});

test('walking back finds what comparing with every version finds', () => {
  const keys = ['A', 'B', 'C', 'D'];
  const version = fc
    .array(fc.option(fc.constantFrom('PENDING', 'IN_PROGRESS', 'COMPLETE'), { nil: undefined }), {
      minLength: 4,
      maxLength: 4,
    })
    .map((words): States => {
      const found: States = new Map();
      keys.forEach((key, at) => {
        const status = words[at];
        if (status) found.set(key, { status, text: 'x' });
      });
      return found;
    });
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 12 }), version, (past, save) => {
      const base = find(save, past);
      const distances = past.map((one) => plainDistance(save, one));
      const nearest = Math.min(...distances);
      expect(base.distance).toBe(nearest);
      expect(base.seq).toBe(distances.lastIndexOf(nearest) + 1);
      expect(base.states).toEqual(past[distances.lastIndexOf(nearest)]);
    }),
    { numRuns: 1000 },
  );
});

function plainDistance(a: States, b: States): number {
  let distance = 0;
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(key), b.get(key)];
    if (!x || !y) distance += 2;
    else distance += Number(x.status !== y.status) + Number(x.text !== y.text);
  }
  return distance;
}
