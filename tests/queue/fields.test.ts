import { expect, test } from 'vitest';
import { readFields } from '../../lib/queue/fields.ts';
import { parseQueue } from '../../lib/queue/parse.ts';

function read(...lines: string[]) {
  const [entry] = parseQueue(
    `### T-1: a\n- **Status:** PENDING\n${lines.map((line) => `- ${line}\n`).join('')}`,
  ).entries;
  if (entry === undefined) throw new Error('no entry');
  return readFields(entry);
}

test.each([
  ['**Depends on:** none', []],
  ['**Depends on:** —', []],
  ['**Depends on:** TASK-001', ['TASK-001']],
  ['**Dependencies:** T-2, T-3 and T-4', ['T-2', 'T-3', 'T-4']],
  ['**Depends on:** T-2 T-3', ['T-2', 'T-3']],
  ['**Blocked by:** fix-login', ['fix-login']],
  ['**Depends on:** TASK-001 (done), [TASK-002](#x)', ['TASK-001', 'TASK-002']],
  ['**Depends on:** Bug 3', ['Bug 3']],
  ['**Requires:** Node 20', []],
  ['**After:** T-7', ['T-7']],
])('%s', (line, ids) => {
  expect(read(line)).toMatchObject({ dependsOn: ids, problems: [] });
});

test('prose where ids should be is a problem, with its line', () => {
  expect(read('**Blocked by:** the vendor answers').problems).toEqual([
    expect.objectContaining({ field: 'Blocked by', line: 3 }),
  ]);
});

test('times, limits and amounts', () => {
  const fields = read(
    'Timeout: 15m',
    'Attempts: 5',
    'Not before: 2026-01-31 09:00Z',
    'Budget: $0.50, 20k tokens, 15 turns',
    'Approval: after',
    'Body: shell',
    'Every: `0 9 * * 1`',
  );
  expect(fields).toMatchObject({
    timeout: 900_000,
    attempts: 5,
    notBefore: Date.UTC(2026, 0, 31, 9),
    budget: { money: 0.5, tokens: 20_000, turns: 15 },
    approval: 'after',
    body: 'shell',
    every: '0 9 * * 1',
    problems: [],
  });
  expect(read('Budget: 0.5 USD').budget).toEqual({ money: 0.5 });
  expect(read('Approval: required').approval).toBe('required');
  expect(read('Approval: none')).toMatchObject({ approval: null, problems: [] });
  expect(read('Not before: 2026-02-01').notBefore).toBe(new Date(2026, 1, 1).getTime());
});

test.each([
  'Timeout: soon',
  'Timeout: 0s',
  'Attempts: 0',
  'Attempts: many',
  'Not before: tomorrow',
  'Not before: 2026-02-30',
  'Budget: some',
  'Budget: 5',
  'Approval: maybe',
  'Body: rm -rf',
])('%s is a problem and sets nothing', (line) => {
  const fields = read(line);
  expect(fields.problems).toHaveLength(1);
  expect(fields).toMatchObject({
    timeout: null,
    attempts: null,
    notBefore: null,
    budget: null,
    approval: null,
    body: null,
  });
});

test('only sure labels are acted on: prose under the others stays prose', () => {
  expect(read('**Verify:** npm test').verify).toBe('npm test');
  expect(read('**Verification:** look at it').verify).toBeNull();
  expect(read('**Verification:** run `npm test`').verify).toBe('run `npm test`');
  expect(read('**Produces:** out/a.txt, b.md').produces).toEqual(['out/a.txt', 'b.md']);
  expect(read('**Produces:** out.txt, `b c.txt`').produces).toEqual(['b c.txt', 'out.txt']);
  expect(read('**Produces:** `page.html` and some notes (draft.md)').produces).toEqual([
    'page.html',
  ]);
  expect(read('**Deliverables:** a fine report').produces).toEqual([]);
  expect(read('**Outputs:** `a b.txt` and `c`').produces).toEqual(['a b.txt', 'c']);
});

test('From marks what came from elsewhere, even without a value', () => {
  expect(read('**From:** issue 12').from).toBe('issue 12');
  expect(read('**From:**').from).toBe('');
  expect(read('**Owner:** x').from).toBeNull();
});
