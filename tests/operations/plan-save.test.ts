import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../lib/core/status.ts';
import { planSave } from '../../lib/operations/plan-save.ts';
import type { SaveInput } from '../../lib/operations/save.ts';
import { findBase } from '../../lib/queue/base.ts';
import { newTaskRecord, type TaskRecord } from '../../lib/records/task.ts';
import { type States, states, versionsOf } from '../support/versions.ts';

const NOW = 1_000_000;

/** Plan a save over a history whose last version is what the records stand for. */
function plan(
  past: States[],
  save: States,
  change: Partial<SaveInput> = {},
  records: Record<string, Partial<TaskRecord>> = {},
) {
  const head = past.at(-1) as States;
  const tasks = new Map<string, TaskRecord>();
  for (const [key, state] of head) {
    const task = newTaskRecord(
      key,
      `Task ${key}`,
      state.text,
      state.status.split('+')[0] as Status,
      0,
    );
    tasks.set(key, { ...task, fileStatus: state.status, ...records[key] });
  }
  const versions = versionsOf(past);
  return planSave({
    save: {
      states: save,
      duplicates: new Set([...save].filter(([, s]) => s.status.includes('+')).map(([key]) => key)),
      titles: new Map([...save.keys()].map((key) => [key, `Task ${key}`])),
      commanding: new Set(),
    },
    tasks,
    running: new Set(),
    agentAtWork: false,
    findBase: (wanted, at) => findBase(wanted, at, versions),
    head: past.length,
    now: NOW,
    rebuilt: new Map(),
    ...change,
  });
}

const statusOf = (planned: ReturnType<typeof plan>, key: string) =>
  planned.tasks.find((task) => task.key === key)?.status;

describe('a save made from the newest version', () => {
  const past = [states({ A: 'PENDING', B: 'FAILED', C: 'PENDING' })];

  test('with a new entry records it', () => {
    const planned = plan(past, new Map(past[0]).set('D', { status: 'PENDING', text: 'd' }));
    expect(planned.events).toEqual([
      { type: 'task.created', task: 'D', data: { title: 'Task D', status: 'PENDING' } },
    ]);
    expect(planned).toMatchObject({ stale: false, conflicts: [] });
  });

  test('with a status changed obeys', () => {
    const planned = plan(past, states({ A: 'CANCELLED', B: 'PENDING', C: 'DEFERRED' }));
    expect(['A', 'B', 'C'].map((key) => statusOf(planned, key))).toEqual([
      'CANCELLED',
      'PENDING',
      'DEFERRED',
    ]);
    expect(planned.conflicts).toEqual([]);
  });

  test('with only its words changed keeps the status', () => {
    const planned = plan(past, new Map(past[0]).set('B', { status: 'FAILED', text: 'other' }));
    expect(planned.tasks).toMatchObject([{ key: 'B', status: 'FAILED', textHash: 'other' }]);
    expect(planned.events).toEqual([]);
  });

  test('with an entry gone notes it as missing, and no more', () => {
    const planned = plan(past, states({ A: 'PENDING', B: 'FAILED' }));
    expect(planned.tasks).toMatchObject([
      { key: 'C', missingSince: NOW, deletedAt: null, fileStatus: null },
    ]);
    expect(planned.events).toEqual([]);
  });

  test('with an entry under another id carries its record over', () => {
    const save = states({ A: 'PENDING', B: 'FAILED' }).set('Z', {
      status: 'PENDING',
      text: 'words of C',
    });
    const planned = plan(past, save, {}, { C: { attempts: 2, title: 'Task Z' } });
    expect([...planned.renames]).toEqual([['C', 'Z']]);
    expect(planned.tasks).toMatchObject([{ key: 'Z', attempts: 2 }]);
    expect(planned.events).toEqual([]);
  });

  test('with another status under another id is another task, whatever its title', () => {
    const save = states({ A: 'PENDING', B: 'FAILED' }).set('Z', { status: 'COMPLETE', text: 'z' });
    expect(plan(past, save, {}, { C: { title: 'Task Z' } }).renames.size).toBe(0);
  });

  test('with an id twice does nothing with it', () => {
    const planned = plan(
      past,
      new Map(past[0]).set('A', { status: 'PENDING+COMPLETE', text: 'x+y' }),
    );
    expect(planned.tasks).toMatchObject([{ key: 'A', status: 'PENDING' }]);
    expect(planned.events).toEqual([]);
  });
});

describe('a save of an old copy', () => {
  const past = [
    states({ A: 'PENDING', B: 'PENDING' }),
    states({ A: 'COMPLETE', B: 'PENDING' }),
    states({ A: 'COMPLETE', B: 'PENDING', N: 'PENDING' }),
  ];

  test('re-runs nothing, and is told', () => {
    const planned = plan(past, new Map(past[0]));
    expect(statusOf(planned, 'A') ?? 'COMPLETE').toBe('COMPLETE');
    expect(planned.stale).toBe(true);
    expect(planned.conflicts.map((conflict) => conflict.code)).toEqual(['stale-save']);
  });

  test('loses no entry that was added since', () => {
    expect(plan(past, new Map(past[0])).reinsert).toEqual(['N']);
  });

  test('still takes what the person typed into it', () => {
    const save = states({ A: 'PENDING', B: 'CANCELLED' }).set('X', {
      status: 'PENDING',
      text: 'x',
    });
    const planned = plan(past, save);
    expect(statusOf(planned, 'B')).toBe('CANCELLED');
    expect(statusOf(planned, 'X')).toBe('PENDING');
    expect(statusOf(planned, 'A') ?? 'COMPLETE').toBe('COMPLETE');
  });

  test('taking out the newest entry again is a deletion, not an old copy', () => {
    const planned = plan(past, new Map(past[1]));
    expect(planned).toMatchObject({ stale: false, reinsert: [], conflicts: [] });
    expect(planned.tasks).toMatchObject([{ key: 'N', missingSince: NOW }]);
  });
});

describe('a finished task set to PENDING', () => {
  test('runs again where no old version looks like the save', () => {
    const past = [
      states({ A: 'PENDING', B: 'PENDING', C: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'PENDING', C: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'COMPLETE', C: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'COMPLETE', C: 'COMPLETE' }),
    ];
    const planned = plan(past, states({ A: 'PENDING', B: 'COMPLETE', C: 'COMPLETE' }));
    expect(statusOf(planned, 'A')).toBe('PENDING');
    expect(planned.events).toMatchObject([{ type: 'task.retried', task: 'A' }]);
  });

  test('stays finished where the bytes can not tell, and says how to run it', () => {
    const past = [
      states({ A: 'PENDING', B: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'PENDING' }),
      states({ A: 'COMPLETE', B: 'COMPLETE' }),
    ];
    const planned = plan(past, states({ A: 'PENDING', B: 'COMPLETE' }));
    expect(statusOf(planned, 'A') ?? 'COMPLETE').toBe('COMPLETE');
    expect(planned.conflicts[0]?.message).toContain('robed retry A');
  });
});

describe('while a task runs', () => {
  const past = [states({ A: 'PENDING' }), states({ A: 'IN_PROGRESS' })];
  const running = new Set(['A']);

  test('CANCELLED stops the run', () => {
    const planned = plan(past, states({ A: 'CANCELLED' }), { running });
    expect([...planned.stops]).toEqual([['A', 'CANCELLED']]);
  });

  test('an old copy of the queue does not', () => {
    const planned = plan(past, states({ A: 'PENDING' }), { running });
    expect(planned.stops.size).toBe(0);
    expect(planned.stale).toBe(true);
  });

  test('another word does nothing but tell', () => {
    const planned = plan(past, states({ A: 'UNKNOWN' }), { running });
    expect(planned.stops.size).toBe(0);
    expect(planned.conflicts.map((conflict) => conflict.code)).toEqual(['running']);
  });
});

test('what gives commands and comes in while an agent is at work is held', () => {
  const past = [states({ A: 'IN_PROGRESS', B: 'PENDING' })];
  const save = new Map(past[0])
    .set('B', { status: 'PENDING', text: 'new words' })
    .set('C', { status: 'PENDING', text: 'c' });
  const both = {
    states: save,
    duplicates: new Set<string>(),
    titles: new Map<string, string>(),
    commanding: new Set(['B', 'C']),
  };
  const planned = plan(past, save, { save: both, agentAtWork: true, running: new Set(['A']) });
  expect(planned.tasks.map((task) => [task.key, task.held])).toEqual([
    ['B', true],
    ['C', true],
  ]);
  const quiet = plan(past, save, { save: both, agentAtWork: false, running: new Set(['A']) });
  expect(quiet.tasks.every((task) => !task.held)).toBe(true);
});

/**
 * A life of a queue: the machine moves statuses on, a person saves any version that ever was, with
 * new entries in it. Whatever the order, finished work never becomes PENDING by a save.
 */
test('no old copy ever runs finished work again', () => {
  const keys = ['A', 'B', 'C'];
  const next: Record<string, string> = {
    PENDING: 'IN_PROGRESS',
    IN_PROGRESS: 'COMPLETE',
    COMPLETE: 'COMPLETE',
  };
  const steps = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.nat(), fc.boolean(), (moves, pick, adds) => {
      const past: States[] = [states(Object.fromEntries(keys.map((key) => [key, 'PENDING'])))];
      for (const at of moves) {
        const last = past.at(-1) as States;
        const key = keys[at] as string;
        const status = next[last.get(key)?.status ?? ''] as string;
        if (status !== last.get(key)?.status)
          past.push(new Map(last).set(key, { status, text: `words of ${key}` }));
      }
      const save = new Map(past[pick % past.length]);
      if (adds) save.set('N', { status: 'PENDING', text: 'new' });
      const planned = plan(past, save);
      for (const [key, state] of past.at(-1) as States) {
        if (state.status === 'COMPLETE')
          expect(statusOf(planned, key) ?? 'COMPLETE').toBe('COMPLETE');
      }
    }),
    { numRuns: 1000 },
  );
});
