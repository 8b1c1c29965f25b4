import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeQueue, parseQueue } from '../../lib/queue/parse.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

describe('each shape is read as a person would read it', () => {
  for (const name of readdirSync(FIXTURES).filter((file) => file.endsWith('.md'))) {
    test(name, () => {
      const expected = JSON.parse(
        readFileSync(join(FIXTURES, name.replace('.md', '.json')), 'utf8'),
      );
      const doc = parseQueue(readFileSync(join(FIXTURES, name), 'utf8'), { path: name });
      const entries = doc.entries.map(
        ({ line, form, id, title, status, rawStatus, priority, fields }) => ({
          line,
          form,
          id,
          title,
          status,
          raw: rawStatus,
          priority,
          ...(fields.size > 0
            ? { fields: Object.fromEntries([...fields].map(([key, { value }]) => [key, value])) }
            : {}),
        }),
      );
      expect(entries).toEqual(expected.entries);
      expect(doc.findings.map(({ line, code }) => `${line} ${code}`)).toEqual(expected.findings);
      expect(doc.readOnly).toBe(expected.readOnly);
    });
  }
});

const titles = (text: string) => parseQueue(text).entries.map(({ title }) => title);

test('a status counts in this order: field, bracket, suffix, box, section', () => {
  const [field, bracket, closed, open] = parseQueue(
    '## Done\n\n### [BLOCKED] T-1: a — FAILED\nStatus: REVIEW\n\n### [BLOCKED] T-2: b — FAILED\n\n## Todo\n\n- [x] c\n\n## Done\n\n- [ ] d\n',
  ).entries;
  expect([field?.status, field?.statusSource]).toEqual(['REVIEW', 'field']);
  expect([bracket?.status, bracket?.statusSource]).toEqual(['BLOCKED', 'bracket']);
  expect([closed?.status, closed?.statusSource]).toEqual(['COMPLETE', 'checkbox']);
  expect([open?.status, open?.statusSource]).toEqual(['COMPLETE', 'section']);
});

test('the status span holds the token and neither decoration nor tail', () => {
  const text =
    '### T-1: a\n- **Status:** **In Progress** (since Monday)\n\n### T-2: b\n**Status**: `DONE` — merged\n';
  const spans = parseQueue(text).entries.map(({ statusSpan }) =>
    text.slice(statusSpan?.start, statusSpan?.end),
  );
  expect(spans).toEqual(['In Progress', 'DONE']);
});

test('P0 to P9 are priorities, P1.1 and P0-2 are ids', () => {
  const read = parseQueue('- [ ] P0: a\n- [ ] P1.1 b\n- [ ] P1.2 b\n- [ ] P0-2 c\n').entries;
  expect(read.map(({ id, priority }) => [id, priority])).toEqual([
    [null, 0],
    ['P1.1', null],
    ['P1.2', null],
    ['P0-2', null],
  ]);
});

test('a word that only looks like an id stays in the title', () => {
  expect(
    titles('- [ ] S3 bucket for the backups\n- [ ] UTF-8 everywhere\n- [ ] 404 page\n'),
  ).toEqual(['S3 bucket for the backups', 'UTF-8 everywhere', '404 page']);
});

describe('a legend is known by its name and by its boxes', () => {
  test.each(['Workflow', 'Protocol', 'Instructions', 'How to ship v2', 'Email Template'])(
    'boxes below %s are tasks',
    (name) => {
      expect(titles(`# Q\n\n## ${name}\n- [ ] **T-1** first\n- [x] second\n`)).toEqual([
        'first',
        'second',
      ]);
    },
  );
  test('a legend whose marks repeat holds tasks', () => {
    expect(titles('# Q\n\n## Rules\n- [ ] write them\n- [ ] post them\n')).toHaveLength(2);
  });
  test.each([
    '## Legend\n- [ ] not begun yet\n- [x] it is merged\n- [~] somebody has it',
    '## Format\n- [ ] Task title\n- [ ] Another task title',
    '## Template\n- [ ] **T-NNN** <what to do>',
    '## How this works\n- [ ] pending\n- [x] done',
  ])('%j holds examples', (text) => {
    expect(titles(`# Q\n\n${text}\n\n## Work\n- [ ] a\n`)).toEqual(['a']);
  });
});

test('Q1 to Q4 are quarters unless a Q5 goes on', () => {
  const four = '## Q1 — a\n\n## Q2 — b\n\n## Q3 — c\n\n## Q4 — d\n';
  expect(titles(`# Plan\n\n${four}`)).toEqual([]);
  expect(titles(`# Plan\n\n${four}\n## Q5 — e\n`)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a struck title is closed unless a status of its own says otherwise', () => {
  const read = parseQueue(
    '# Tasks\n\n| ID | Task | Status |\n|--|--|--|\n| A-1 | ~~a~~ | |\n| A-2 | ~~b~~ **완료** — see log | |\n| A-3 | ~~c~~ | TODO |\n| A-4 | ~~d~~ new name | |\n\n## Todo\n\n- [ ] ~~e~~\n- [~] ~~f~~\n- [ ] keep ~~not~~ g\n',
  ).entries;
  expect(read.map(({ status }) => status)).toEqual([
    'CANCELLED',
    'COMPLETE',
    'PENDING',
    'PENDING',
    'CANCELLED',
    'IN_PROGRESS',
    'PENDING',
  ]);
});

test('a status may close with its word', () => {
  const [live, part] = parseQueue(
    '### T-1: a\nStatus: LIVE VALIDATION DONE (3e28135)\n\n### T-2: b\nStatus: Backend complete, the rest open\n',
  ).entries;
  expect([live?.status, live?.rawStatus]).toEqual(['COMPLETE', 'LIVE VALIDATION DONE']);
  expect(part?.status).toBe('UNKNOWN');
});

test('an id outranks the number in front of it', () => {
  const { entries } = parseQueue(
    '### 1. ✅ LINT-FIX-001: a\n\n### 2. STAGE-IV: b — DONE\n\n### 3. c — DONE\n',
  );
  expect(entries.map(({ id }) => id)).toEqual(['LINT-FIX-001', 'STAGE-IV', '3']);
});

test('a row’s number is an id where nothing else is and it stands once', () => {
  const head = '| # | Task | Status |\n|--|--|--|\n';
  const ids = (text: string) => parseQueue(`# Queue\n\n${text}`).entries.map(({ id }) => id);
  expect(ids(`${head}| 1 | a | TODO |\n| 2 | WQ-7: b | TODO |\n`)).toEqual(['1', 'WQ-7']);
  expect(
    ids(`${head}| 1 | a | TODO |\n\n## More\n\n${head}| 1 | b | TODO |\n| 2 | c | TODO |\n`),
  ).toEqual([null, null, '2']);
  expect(ids('| # | ID | Task | Status |\n|--|--|--|--|\n| 1 | A-1 | a | TODO |\n')).toEqual([
    'A-1',
  ]);
});

test('plain lists alone are told, not read', () => {
  const { entries, findings } = parseQueue('# Plan\n\n1. Cut the rope\n2. Tie the rope\n');
  expect(entries).toEqual([]);
  expect(findings.map(({ code, level }) => [code, level])).toEqual([['no-tasks-found', 'info']]);
  expect(findings[0]?.message).toContain('robed adopt');
});

test('a duplicate id is a finding that names the other line', () => {
  const { findings } = parseQueue('- [ ] T-1: a\n- [ ] T-1: b\n');
  expect(findings.map(({ code, line }) => [code, line])).toEqual([['duplicate-id', 2]]);
  expect(findings[0]?.message).toContain('line 1');
});

test('handles tell like tasks apart and stay when others come and go', () => {
  const [first, second] = parseQueue('# Q\n- [ ] same\n- [ ] same\n').entries;
  const [, third] = parseQueue('# Q\n- [ ] other\n- [x] same\n').entries;
  expect(first?.handle).toMatch(/^~[a-z2-7]{8}$/);
  expect(first?.handle).not.toBe(second?.handle);
  expect(third?.handle).toBe(first?.handle);
});

test('a fence that is never closed leaves all below it in doubt', () => {
  const { entries } = parseQueue(readFileSync(join(FIXTURES, 'fences.md'), 'utf8'));
  expect(entries.map(({ id, unclosed }) => [id, unclosed])).toEqual([
    ['T-1', false],
    ['T-2', false],
    ['T-3', true],
    ['T-4', true],
  ]);
});

test('a fence opened anew before it closed leaves its task in doubt', () => {
  const { entries } = parseQueue('### T-1: a\n```sh\nhalf\n\n### T-2: b\n```sh\nrm -r x\n```\n');
  expect(entries.map(({ id, unclosed }) => [id, unclosed])).toEqual([['T-1', true]]);
});

test('a dashed line is no front matter unless keys follow', () => {
  expect(titles('---\n- [ ] a\n---\n- [ ] b\n')).toEqual(['a', 'b']);
  expect(titles('---\nowner: x\ntodo:\n- [ ] a\n---\n- [ ] b\n')).toEqual(['b']);
});

test.each([
  ['<!-- GENERATED from tasks.yaml. Do not edit -->\n# Q\n- [ ] a\n', 'generated'],
  ['---\ngenerated: true\n---\n- [ ] a\n', 'generated'],
  ['# Queue — RETIRED\n\n- [ ] a\n', 'retired'],
  ['# Queue\n\n> This file is no longer maintained.\n\n- [ ] a\n', 'retired'],
  ['# Queue\n\nMoved to [the board](docs/board.md).\n', 'pointer'],
])('%j is read, not written', (text, code) => {
  const doc = parseQueue(text);
  expect(doc.findings.map((finding) => finding.code)).toEqual([code]);
  expect(doc.readOnly).not.toBeNull();
  expect(doc.unreadable).toBe(false);
});

test('prose on archives and generated code retires nothing', () => {
  expect(
    parseQueue(
      '# Q\n\nCompleted tasks are archived in done.md.\n\n- [ ] a\n- [ ] Do not edit this file by hand\n',
    ).readOnly,
  ).toBeNull();
});

describe('what can’t be trusted is told with its line', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  test.each([
    [
      'a conflict marker',
      bytes('- [ ] a\n<<<<<<< HEAD\n- [ ] b\n=======\n>>>>>>> main\n'),
      'conflict-marker',
      2,
    ],
    ['a NUL', bytes('- [ ] a\n- [ ] b\0\n'), 'nul-byte', 2],
    [
      'a torn sequence',
      new Uint8Array([...bytes('- [ ] a\n'), 0xe2, 0x9c, 10, 65]),
      'invalid-utf8',
      2,
    ],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 45, 0, 32, 0]), 'invalid-utf8', 1],
  ])('%s', (_what, input, code, line) => {
    expect(decodeQueue(input).unreadable).toMatchObject({ code, line, level: 'error' });
  });

  test('the text is whole otherwise, its BOM kept', () => {
    expect(decodeQueue(bytes('\ufeff- [ ] ✅\n'))).toEqual({
      text: '\ufeff- [ ] ✅\n',
      unreadable: null,
    });
  });

  test('a document of such a text is not written', () => {
    const doc = parseQueue('- [ ] a\n>>>>>>> main\n');
    expect(doc.unreadable).toBe(true);
    expect(doc.readOnly).toContain('line 2');
  });
});

test('time is linear: long lines, deep nesting and endless openers', () => {
  const many = 100_000;
  for (const text of [
    '```sh\n'.repeat(many),
    '<!-- x\n'.repeat(many),
    `- [ ] ${'**[('.repeat(many)}`,
    '%%\n'.repeat(many + 1),
    `|${'`|'.repeat(many)}`,
    `### ${' — a'.repeat(many)}`,
  ]) {
    expect(() => parseQueue(text)).not.toThrow();
  }
});

describe('files of other tools are read by their name, and not written', () => {
  const read = (text: string, path: string) => {
    const doc = parseQueue(text, { path });
    expect(doc.readOnly).toContain('format');
    return doc.entries.map(({ title, status, priority }) => [title, status, priority]);
  };
  test('todo.txt', () => {
    const text =
      '(A) 2026-01-01 Call Ezra +bells @tower\nx 2026-01-03 2026-01-01 Oil the hinges\n\nPlain\n';
    expect(read(text, '/home/x/todo.txt')).toEqual([
      ['Call Ezra +bells @tower', 'PENDING', 0],
      ['Oil the hinges', 'COMPLETE', null],
      ['Plain', 'PENDING', null],
    ]);
  });
  test('org', () => {
    const text =
      '* Work\n** TODO [#A] Mend the rope :bells:\n   SCHEDULED: <2026-01-05>\n** DONE Sweep\n** Notes\n';
    expect(read(text, 'tasks.org')).toEqual([
      ['Mend the rope', 'PENDING', 0],
      ['Sweep', 'COMPLETE', null],
    ]);
  });
});

test.each([
  ['one mark alone', '# Tasks\n\n- ✅ Oil the hinges\n- paint\n'],
  ['more plain bullets than marked ones', '# Tasks\n\n- ✅ a\n- ⏳ b\n- c\n- d\n- e\n'],
  ['a file that speaks of no work', '# Style\n\n- ✅ Prefer tabs\n- ❌ Avoid globals\n'],
  ['words of a sentence', '# Tasks\n\n- DONE means merged\n- TODO is what nobody has\n'],
])('marks make no tasks: %s', (_, text) => {
  expect(titles(text)).toEqual([]);
});

test('marked bullets are read only where no box, row or heading is a task', () => {
  const text = '# Tasks\n\n- ✅ Oil the hinges\n- ⏳ Paint\n';
  expect(titles(text)).toEqual(['Oil the hinges', 'Paint']);
  expect(titles(`${text}\n- [ ] Wind the clock\n`)).toEqual(['Wind the clock']);
});
