import { describe, expect, test } from 'vitest';
import { cellWidth } from '../../lib/cli/live/cell-width.ts';
import { type FrameOptions, renderFrame } from '../../lib/cli/live/frame.ts';
import type { Glance } from '../../lib/cli/live/glance.ts';

const options: FrameOptions = {
  columns: 80,
  rows: 24,
  now: 65_000,
  colors: false,
  footer: 'Ctrl-C ends',
};

const run = {
  task: 'T-1',
  title: 'Say hello',
  run: 'r1',
  attempt: 1,
  body: 'shell',
  since: 0,
  pid: 42,
  output: ['one', 'two'],
};

const glance = (change: Partial<Glance> = {}): Glance => ({
  wizard: 'ezra',
  counts: { PENDING: 1, IN_PROGRESS: 1 },
  running: [run],
  next: { task: 'T-2', title: 'Then this' },
  needsYou: [{ code: 'review', task: 'T-3', message: 'its run waits' }],
  events: [
    {
      id: 1,
      time: 0,
      type: 'task.assigned',
      task: 'T-1',
      run: 'r1',
      attempt: 1,
      data: { body: 'shell' },
    },
  ],
  ...change,
});

const ESCAPE = '\x1b]0;owned\x07\x1b[2J';

test('shows what runs and for how long, its last output, what is next and what needs a person', () => {
  const lines = renderFrame([glance()], options);
  expect(lines[0]).toBe('ezra  1 in progress · 1 pending');
  expect(lines[1]).toMatch(/^ ▶ T-1 Say hello +shell, 1m5s$/);
  expect(lines.slice(2, 5)).toEqual(['   │ one', '   │ two', ' → next T-2 Then this']);
  expect(lines[5]).toMatch(/^ ! T-3 its run waits +robed approve T-3$/);
  expect(lines.at(-3)).toMatch(/^ {3}\d\d:\d\d:\d\d {2}T-1 claimed \(shell\)$/);
  expect(lines.at(-1)).toBe('Ctrl-C ends');
});

test('an attempt after the first is told', () => {
  const lines = renderFrame([glance({ running: [{ ...run, attempt: 2 }] })], options);
  expect(lines[1]).toContain('shell, attempt 2, 1m5s');
});

test('with several houses the command names the house', () => {
  const lines = renderFrame([glance(), glance({ wizard: 'timmy' })], { ...options, rows: 60 });
  expect(lines.join('\n')).toContain('robed approve T-3 --wizard timmy');
});

describe('whatever the queue, an agent or a program says', () => {
  test('no control character reaches the terminal', () => {
    const evil = glance({
      wizard: `e${ESCAPE}`,
      running: [{ ...run, task: ESCAPE, title: `${ESCAPE}\n\u202egnp.exe`, output: [ESCAPE] }],
      next: { task: ESCAPE, title: ESCAPE },
      needsYou: [{ code: 'failed', task: ESCAPE, message: ESCAPE }],
      events: [
        {
          id: 1,
          time: 0,
          type: ESCAPE,
          task: ESCAPE,
          run: null,
          attempt: null,
          data: { reason: ESCAPE },
        },
      ],
    });
    const text = renderFrame([evil], { ...options, footer: ESCAPE }).join('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('\\u{1b}');
  });

  test('no line is wider than the terminal, and there are never more of them than rows', () => {
    const long = '日本語 and a long tale '.repeat(20);
    const big = glance({
      running: Array.from({ length: 20 }, () => ({ ...run, title: long, output: [long, long] })),
      needsYou: Array.from({ length: 20 }, () => ({ code: 'failed', task: 'T-9', message: long })),
      next: { task: 'T-2', title: long },
    });
    for (const columns of [1, 7, 20, 40, 80, 200]) {
      for (const rows of [1, 3, 10, 24, 100]) {
        const lines = renderFrame([big, glance()], { ...options, columns, rows });
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });
});

test('where there is less room, what runs and what needs a person stay longest', () => {
  const events = Array.from({ length: 12 }, (_, at) => ({
    id: at,
    time: 0,
    type: 'task.completed',
    task: `T-${at}`,
    run: null,
    attempt: null,
    data: {},
  }));
  const lines = renderFrame([glance({ events })], { ...options, rows: 8 });
  expect(lines.join('\n')).toMatch(/▶ T-1[\s\S]*! T-3/);
});

test('a house where nothing happens says so', () => {
  const empty = glance({ counts: {}, running: [], next: null, needsYou: [], events: [] });
  expect(renderFrame([empty], options)).toEqual([
    'ezra  no tasks',
    '   nothing to do',
    '',
    'Ctrl-C ends',
  ]);
});

test('colours come only where they are wanted', () => {
  expect(renderFrame([glance()], options).join('')).not.toContain('\x1b[');
  expect(renderFrame([glance()], { ...options, colors: true }).join('')).toContain('\x1b[');
});
