import { describe, expect, test } from 'vitest';
import { type Look, planWatched, restartWait, type Watched } from '../../lib/records/watched.ts';

const SETTINGS = { first: 60_000, longest: 600_000, limit: 3 };
const NOW = 1_000_000_000;

const look = (up: boolean | null, startable = true): Look => ({ up, detail: 'seen', startable });

const was = (state: Watched['state'], more: Partial<Watched> = {}): Watched => ({
  name: 'gitea',
  state,
  since: NOW - 5,
  probedAt: NOW - 5,
  restarts: 0,
  nextTry: null,
  detail: '',
  ...more,
});

const plan = (before: Watched | null, seen: Look, now = NOW) =>
  planWatched('gitea', before, seen, now, SETTINGS);

describe('what follows from a look', () => {
  test.each<[string, Watched | null, Look, Watched['state'], string[]]>([
    ['new, unknown', null, look(null), 'unknown', []],
    ['new, up', null, look(true), 'up', []],
    ['new, down', null, look(false), 'down', ['down', 'restart']],
    ['new, down, only watched', null, look(false, false), 'down', ['down']],
    ['up, unknown', was('up'), look(null), 'up', []],
    ['up, up', was('up'), look(true), 'up', []],
    ['up, down', was('up'), look(false), 'down', ['down', 'restart']],
    ['up, down too soon', was('up', { nextTry: NOW + 1 }), look(false), 'down', ['down']],
    ['unknown, up', was('unknown'), look(true), 'up', []],
    ['unknown, down', was('unknown'), look(false), 'down', ['down', 'restart']],
    ['down, unknown', was('down'), look(null), 'down', []],
    ['down, up', was('down', { restarts: 2 }), look(true), 'up', ['up']],
    ['down, only watched', was('down'), look(false, false), 'down', []],
    ['down, too soon', was('down', { nextTry: NOW + 1 }), look(false), 'down', []],
    ['down, due', was('down', { restarts: 2, nextTry: NOW }), look(false), 'down', ['restart']],
    ['down, limit', was('down', { restarts: 3 }), look(false), 'given-up', ['give-up']],
    [
      'down, limit, too soon',
      was('down', { restarts: 3, nextTry: NOW + 1 }),
      look(false),
      'down',
      [],
    ],
    ['given up, down', was('given-up', { restarts: 3 }), look(false), 'given-up', []],
    ['given up, unknown', was('given-up', { restarts: 3 }), look(null), 'given-up', []],
    ['given up, up', was('given-up', { restarts: 3 }), look(true), 'up', ['up']],
  ])('%s', (_, before, seen, state, steps) => {
    const planned = plan(before, seen);
    expect([planned.next.state, planned.steps]).toEqual([state, steps]);
    expect(planned.next).toMatchObject({ probedAt: NOW, detail: 'seen' });
  });
});

test('the wait doubles with each start in a row, up to the longest', () => {
  expect([1, 2, 3, 4, 5, 60].map((count) => restartWait(count, SETTINGS))).toEqual([
    60_000, 120_000, 240_000, 480_000, 600_000, 600_000,
  ]);
});

test('what dies as soon as it is started is started ever more seldom, and then no more', () => {
  let now = NOW;
  let watched: Watched | null = null;
  const starts: number[] = [];
  const steps: string[] = [];
  // Up for a moment after each start, as a look sees it that comes at once.
  for (; now < NOW + 3_600_000; now += 10_000) {
    const started = starts.at(-1) === now - 10_000;
    const planned = plan(watched, look(started), now);
    watched = planned.next;
    steps.push(...planned.steps);
    if (planned.steps.includes('restart')) starts.push(now);
  }
  const gaps = starts.slice(1).map((at, index) => at - (starts[index] as number));
  expect(gaps).toEqual([60_000, 120_000]);
  expect(steps.at(-1)).toBe('give-up');
});

test('a wait from while the clock stood wrong keeps nothing down', () => {
  const far = was('down', { restarts: 1, nextTry: NOW + 400 * 86_400_000 });
  expect(plan(far, look(false)).steps).toEqual(['restart']);
});

test('what stays up after its wait begins anew', () => {
  const { next } = plan(was('up', { restarts: 2, nextTry: NOW }), look(true));
  expect(next).toMatchObject({ restarts: 0, nextTry: null });
  const early = plan(was('up', { restarts: 2, nextTry: NOW + 1 }), look(true));
  expect(early.next).toMatchObject({ restarts: 2, nextTry: NOW + 1 });
});
