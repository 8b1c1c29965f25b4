import fc from 'fast-check';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { describe, expect, test, vi } from 'vitest';
import { figuresOf } from '../../lib/operations/progress-report/figures.ts';
import { interventions } from '../../lib/operations/progress-report/interventions.ts';
import { block, code, inline, table } from '../../lib/operations/progress-report/markdown-text.ts';
import { readSince, windowSince } from '../../lib/operations/progress-report/window.ts';
import { percent } from '../../lib/operations/progress-report/words.ts';
import type { RecordedEvent } from '../../lib/records/event.ts';
import type { RunOutcome, RunRecord } from '../../lib/records/run.ts';

interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

const parse = (markdown: string): Node => remark().use(remarkGfm).parse(markdown) as Node;

const textOf = (node: Node): string =>
  [node.value ?? '', ...(node.children ?? []).map(textOf)].join('');

const types = (node: Node): string[] => [node.type, ...(node.children ?? []).flatMap(types)];

/** Text that people and agents attack a page with. */
const nasty = fc.array(
  fc.constantFrom(
    ...'`*_[]()<>|~#!\\&;: -+=\n\ta1é\u001b\u202e'.split(''),
    '<script>',
    '```',
    '![x](y)',
  ),
  { maxLength: 30 },
);

test('text within a line forms nothing', () => {
  fc.assert(
    fc.property(nasty, (pieces) => {
      const found = new Set(types(parse(`- **x** ${inline(pieces.join(''))} end`)));
      for (const type of ['root', 'list', 'listItem', 'paragraph', 'strong', 'text']) {
        found.delete(type);
      }
      expect([...found]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('text within a line says what it says: what names a character is none', () => {
  for (const title of ['a &lt;b&gt; &amp; c', '&#x202e;abc', '&#8238;', 'R&D; AT&T']) {
    expect(textOf(parse(inline(title)))).toBe(title);
  }
  expect(inline('R&D and AT&T')).toBe('R&D and AT&T');
});

test('a block is closed by nothing in it', () => {
  fc.assert(
    fc.property(nasty, (pieces) => {
      const list = parse(`- one\n${block(pieces.join(''), '  ')}\n- two`).children ?? [];
      expect(list.map(({ type }) => type)).toEqual(['list']);
      expect(list[0]?.children?.map((item) => item.children?.map(({ type }) => type))).toEqual([
        ['paragraph', 'code'],
        ['paragraph'],
      ]);
    }),
    { numRuns: 500 },
  );
});

test('code is code, whatever backticks are in it', () => {
  fc.assert(
    fc.property(nasty, (pieces) => {
      const [paragraph] = parse(`x ${code(pieces.join(''))} y`).children ?? [];
      expect(paragraph?.children?.map(({ type }) => type)).toEqual(['text', 'inlineCode', 'text']);
    }),
    { numRuns: 500 },
  );
});

test('ordinary text stays as it is to who reads it without a renderer', () => {
  expect(inline('TASK-001 made out_file.txt (3 of 4), 50 %')).toBe(
    'TASK-001 made out_file.txt (3 of 4), 50 %',
  );
});

test('a table is even for the eye, and a table for a renderer', () => {
  const text = table(
    ['house', 'done'],
    [
      ['ezra', '1'],
      ['allegro-primus', '12'],
    ],
  );
  expect(new Set(text.split('\n').map((line) => line.length)).size).toBe(1);
  expect(types(parse(text))).toContain('table');
});

const run = (outcome: RunOutcome, ms: number, more: Partial<RunRecord> = {}): RunRecord =>
  ({
    task: `T-${ms}`,
    attempt: 1,
    startedAt: 0,
    endedAt: ms,
    result: { outcome, usage: {} },
    ...more,
  }) as RunRecord;

test('success is of the runs that ended by themselves; the others are counted apart', () => {
  const runs = [
    run('completed', 10),
    run('review', 20),
    run('failed', 30, { attempt: 2 }),
    run('blocked', 40),
    run('lost', 9999),
    run('stopped', 50),
  ];
  expect(figuresOf([], runs)).toEqual({
    done: 0,
    failed: 0,
    runs: 4,
    success: 0.5,
    median: 30,
    longest: { task: 'T-50', duration: 50 },
    retries: 1,
    lost: 1,
    stopped: 1,
    tokens: null,
    cost: null,
  });
});

test('what bodies told of tokens and cost is added up; words are not', () => {
  const usage = (told: Record<string, string | number>) =>
    run('completed', 1, { result: { outcome: 'completed', usage: told } as RunRecord['result'] });
  const { tokens, cost } = figuresOf(
    [],
    [usage({ inputTokens: 10, outputTokens: 5, cost: 0.5, model: 'x' }), usage({ cost: 0.25 })],
  );
  expect({ tokens, cost }).toEqual({ tokens: 15, cost: 0.75 });
});

const event = (type: string, data: Record<string, unknown> = {}): RecordedEvent => ({
  id: 1,
  time: 0,
  type,
  task: 'T-1',
  run: null,
  attempt: null,
  data,
});

test.each([
  ['task.approved', { by: 'anna' }, 1],
  ['task.rejected', {}, 1],
  ['task.retried', { from: 'FAILED' }, 1],
  ['task.cancelled', {}, 1],
  ['queue.settled', {}, 1],
  ['queue.restored', {}, 1],
  ['task.completed', { by: 'person' }, 1],
  ['task.completed', { approvedBy: 'anna' }, 0],
  ['task.created', {}, 0],
  ['task.deleted', {}, 0],
  ['task.failed', { final: true }, 0],
])('an intervention: %s %j counts %i', (type, data, expected) => {
  expect(interventions([event(type, data)])).toHaveLength(expected);
});

test('a time is a duration, a time of day or a date that is past', () => {
  const now = new Date(2026, 10, 21, 7, 0).getTime();
  expect(readSince('12h', now)).toBe(now - 12 * 3_600_000);
  expect(readSince('22:00', now)).toBe(new Date(2026, 10, 20, 22, 0).getTime());
  expect(readSince('06:30', now)).toBe(new Date(2026, 10, 21, 6, 30).getTime());
  expect(readSince('2026-11-20', now)).toBe(Date.parse('2026-11-20'));
  for (const wrong of ['', 'tomorrow', '25:00', '2099-01-01', '-3h']) {
    expect(() => readSince(wrong, now)).toThrow(/--since/);
  }
});

describe('a time of day is the latest one that the local clock showed', () => {
  for (const [zone, now, text, expected] of [
    // The clock leaps from 02:00 to 03:00: 02:30 is the day before, or the leap itself.
    ['Europe/Berlin', '2026-03-29T00:30Z', '02:30', '2026-03-28T01:30Z'],
    ['Europe/Berlin', '2026-03-29T08:00Z', '02:30', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29T08:00Z', '22:00', '2026-03-28T21:00Z'],
    // It goes back from 03:00 to 02:00: of the two 02:30 the second, once it was.
    ['Europe/Berlin', '2026-10-25T01:45Z', '02:30', '2026-10-25T01:30Z'],
    ['Europe/Berlin', '2026-10-25T01:15Z', '02:30', '2026-10-25T00:30Z'],
    ['America/New_York', '2026-11-01T06:45Z', '01:30', '2026-11-01T06:30Z'],
    ['America/New_York', '2026-03-08T12:00Z', '02:30', '2026-03-08T07:00Z'],
    // By half an hour.
    ['Australia/Lord_Howe', '2026-10-03T20:00Z', '02:15', '2026-10-03T15:30Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:05Z', '01:45', '2026-04-04T14:45Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:20Z', '01:45', '2026-04-04T15:15Z'],
    // At midnight.
    ['America/Santiago', '2026-09-06T10:00Z', '00:30', '2026-09-06T04:00Z'],
    // A whole day that never was.
    ['Pacific/Apia', '2011-12-30T11:00Z', '22:00', '2011-12-30T08:00Z'],
    ['America/New_York', '2026-11-21T12:00Z', '2026-11-20', '2026-11-20T05:00Z'],
  ] as const) {
    test(`${text} in ${zone} at ${now}`, () => {
      vi.stubEnv('TZ', zone);
      expect(new Date(readSince(text, Date.parse(now))).toISOString()).toBe(
        new Date(expected).toISOString(),
      );
    });
  }
});

test('a report goes on where the last one ended', () => {
  expect(windowSince(500, 1000)).toEqual({ since: 500, until: 1000 });
  expect(windowSince(null, 1e9).since).toBe(1e9 - 86_400_000);
  expect(windowSince(2e9, 1e9).since).toBe(1e9 - 86_400_000);
});

test('a share is never rounded up to the whole', () => {
  expect([1, 0.9999, 0.9501, 0].map(percent)).toEqual(['100 %', '99.9 %', '95 %', '0 %']);
});
