import { describe, expect, test } from 'vitest';
import type { Status } from '../../lib/core/status.ts';
import { applyEdits } from '../../lib/core/text-edit.ts';
import type { QueueEntry } from '../../lib/queue/document.ts';
import {
  appendTask,
  assignId,
  insertBlock,
  nextId,
  setField,
  setPriority,
  setStatus,
  setTitle,
} from '../../lib/queue/edit.ts';
import { findEntry } from '../../lib/queue/find.ts';
import { parseQueue } from '../../lib/queue/parse.ts';

function set(text: string, reference: string, status: Status): string {
  const doc = parseQueue(text);
  return applyEdits(text, setStatus(doc, findEntry(doc, reference), status));
}

describe('a status is written in the file’s own word', () => {
  test.each<[string, string, string, Status, string]>([
    [
      'its majority',
      '### T-1: a\n- **Status:** TODO\n### T-2: b\n- **Status:** DONE (x)\n',
      'T-1',
      'COMPLETE',
      '### T-1: a\n- **Status:** DONE\n### T-2: b\n- **Status:** DONE (x)\n',
    ],
    [
      'its legend',
      '## Legend\n- `OPEN`\n- `CLAIMED` — taken\n\n## Work\n\n### T-1: a\nStatus: OPEN\n',
      'T-1',
      'IN_PROGRESS',
      '## Legend\n- `OPEN`\n- `CLAIMED` — taken\n\n## Work\n\n### T-1: a\nStatus: CLAIMED\n',
    ],
    [
      'its case',
      '### T-1: a\n- status: in progress\n',
      'T-1',
      'BLOCKED',
      '### T-1: a\n- status: blocked\n',
    ],
    [
      'its emoji',
      '| Task | Status |\n|---|---|\n| a | ⏳ Pending |\n',
      '3',
      'COMPLETE',
      '| Task | Status |\n|---|---|\n| a | ✅ Complete |\n',
    ],
    [
      'the canonical word',
      '### T-1: a\n- **Status:** PENDING\n',
      'T-1',
      'IN_PROGRESS',
      '### T-1: a\n- **Status:** IN_PROGRESS\n',
    ],
    [
      'with its tail kept',
      '### [PENDING — awaiting X] T-1: a\n',
      'T-1',
      'COMPLETE',
      '### [COMPLETE — awaiting X] T-1: a\n',
    ],
    [
      'a suffix',
      '### T-1: a — DONE\n### T-2: b — BLOCKED (y)\n',
      'T-2',
      'COMPLETE',
      '### T-1: a — DONE\n### T-2: b — DONE (y)\n',
    ],
    [
      'a pipe line',
      'T-1 | PENDING | a\nT-2 | DONE | b\n',
      'T-1',
      'COMPLETE',
      'T-1 | DONE | a\nT-2 | DONE | b\n',
    ],
  ])('%s', (_name, before, reference, status, after) => {
    expect(set(before, reference, status)).toBe(after);
  });
});

test('each status has a mark between the brackets that is read back', () => {
  const marks = {
    PENDING: ' ',
    IN_PROGRESS: '~',
    COMPLETE: 'x',
    FAILED: '✗',
    BLOCKED: '!',
    REVIEW: '?',
    DEFERRED: '>',
    CANCELLED: '-',
  };
  for (const [status, mark] of Object.entries(marks)) {
    const from = status === 'COMPLETE' ? '- [ ] a\n' : '- [x] a\n';
    const out = set(from, '1', status as Status);
    expect(out).toBe(`- [${mark}] a\n`);
    expect(parseQueue(out).entries[0]?.status).toBe(status);
  }
});

test('the file’s own mark comes before the canonical one', () => {
  expect(set('- [/] a\n- [ ] b\n', '2', 'IN_PROGRESS')).toBe('- [/] a\n- [/] b\n');
});

describe('an entry without a token gets one in the file’s own way', () => {
  test.each<[string, string, string, Status, string]>([
    [
      'the canonical line',
      '### T-1: a\n\ntext\n',
      'T-1',
      'IN_PROGRESS',
      '### T-1: a\n- **Status:** IN_PROGRESS\n\ntext\n',
    ],
    [
      'the file’s label style',
      '### T-1: a\n\n### T-2: b\n**Status:** done\n',
      'T-1',
      'COMPLETE',
      '### T-1: a\n**Status:** done\n\n### T-2: b\n**Status:** done\n',
    ],
    [
      'below the fields it has',
      '### T-1: a\n- **Owner:** x\n\n### T-2: b\n- **Status:** DONE\n',
      'T-1',
      'COMPLETE',
      '### T-1: a\n- **Owner:** x\n- **Status:** DONE\n\n### T-2: b\n- **Status:** DONE\n',
    ],
    [
      'an empty field',
      '### T-1: a\n- **Status:**\n',
      'T-1',
      'BLOCKED',
      '### T-1: a\n- **Status:** BLOCKED\n',
    ],
    [
      'an empty cell',
      '| ID | Task | Status |\n|---|---|---|\n| 1 | a |  |\n| 2 | b | DONE |\n',
      '1',
      'COMPLETE',
      '| ID | Task | Status |\n|---|---|---|\n| 1 | a | DONE |\n| 2 | b | DONE |\n',
    ],
  ])('%s', (_name, before, reference, status, after) => {
    expect(set(before, reference, status)).toBe(after);
  });
});

describe('where sections are the state the block moves as it is', () => {
  const board = '# Q\n\n## In Progress\n\n- a\n  more\n\n## Done\n\n- b\n';
  test('to the section of its new state', () => {
    expect(set(board, '5', 'COMPLETE')).toBe(
      '# Q\n\n## In Progress\n\n## Done\n\n- b\n- a\n  more\n',
    );
  });
  test('which is made where it is missing', () => {
    const out = set(board, '5', 'BLOCKED');
    expect(out).toContain('## Blocked\n\n- a\n  more\n');
    expect(parseQueue(out).entries.find(({ title }) => title === 'a')?.status).toBe('BLOCKED');
  });
  test('with CRLF kept', () => {
    const out = set(board.replaceAll('\n', '\r\n'), '5', 'COMPLETE');
    expect(out).toBe(
      '# Q\n\n## In Progress\n\n## Done\n\n- b\n- a\n  more\n'.replaceAll('\n', '\r\n'),
    );
  });
});

describe('what may not be written is refused', () => {
  test('a file that says it is generated', () => {
    const text = '<!-- generated by x, do not edit -->\n- [ ] a\n';
    expect(() => set(text, '2', 'COMPLETE')).toThrow(/generated/);
  });
  test('UNKNOWN', () => {
    expect(() => set('- [ ] a\n', '1', 'UNKNOWN')).toThrow(/no status that can be set/);
  });
  test('an id that stands twice, unless its line is named', () => {
    const text = '- [ ] T-1: a\n- [ ] T-1: b\n';
    expect(() => set(text, 'T-1', 'COMPLETE')).toThrow(/stands on 2 lines/);
    expect(set(text, 'T-1@2', 'COMPLETE')).toBe('- [ ] T-1: a\n- [x] T-1: b\n');
  });
  test('a raw word that means something else', () => {
    const doc = parseQueue('- [ ] a\n');
    const [entry] = doc.entries;
    expect(() => entry && setStatus(doc, entry, 'COMPLETE', { raw: 'TODO' })).toThrow(
      /no word for/,
    );
  });
});

describe('fields', () => {
  const text =
    '### T-1: a\n- **Status:** TODO\n\n| ID | Task | Status | Owner |\n|---|---|---|---|\n';
  const field = (source: string, reference: string, label: string, value: string) => {
    const doc = parseQueue(source);
    return applyEdits(source, setField(doc, findEntry(doc, reference), label, value));
  };
  test('one that stands is changed in place', () => {
    expect(field('### T-1: a\n- Owner: x  \n- Status: TODO\n', 'T-1', 'owner', 'y')).toBe(
      '### T-1: a\n- Owner: y  \n- Status: TODO\n',
    );
  });
  test('one that is missing joins the others in their style', () => {
    expect(field('### T-1: a\n**Status**: TODO\n\ntext\n', 'T-1', 'Owner', 'y')).toBe(
      '### T-1: a\n**Status**: TODO\n**Owner**: y\n\ntext\n',
    );
  });
  test('a checkbox gets a nested line', () => {
    expect(field('- [ ] a\n- [ ] b\n', '1', 'Owner', 'y')).toBe(
      '- [ ] a\n  - **Owner:** y\n- [ ] b\n',
    );
  });
  test('a cell’s pipes are escaped', () => {
    const source = '| ID | Task | Status | Owner |\n|---|---|---|---|\n| 1 | a | TODO | x |\n';
    expect(field(source, '1', 'Owner', 'y|z')).toBe(
      '| ID | Task | Status | Owner |\n|---|---|---|---|\n| 1 | a | TODO | y\\|z |\n',
    );
  });
  test('a line that would make another heading the task is refused', () => {
    const source =
      '## In Progress\n  - [ ] nested\n#### Notes\n- [ ] hang the bell\n- Task: grouped\nprose\n';
    const doc = parseQueue(source);
    const entry = doc.entries.find(({ title }) => title === 'hang the bell') as QueueEntry;
    expect(() => setField(doc, entry, 'Owner', 'me')).toThrow();
    expect(() => setPriority(doc, entry, 0)).toThrow();
  });
  test('a cell’s backslashes stay what they are, and one before a pipe is refused', () => {
    const source = '| ID | Task | Status | Verify |\n|---|---|---|---|\n| 1 | a | TODO |  |\n';
    const written = field(source, '1', 'Verify', "`grep 'a\\.b' x`");
    expect(findEntry(parseQueue(written), '1').fields.get('verify')?.value).toBe(
      "`grep 'a\\.b' x`",
    );
    expect(() => field(source, '1', 'Verify', 'a\\|b')).toThrow();
  });
  test.each(['a\nb', 'a\r- [ ] b', 'x | **Status:** DONE', '<!-- x', 'a\0'])(
    '%j is more than a value',
    (value) => {
      expect(() => field(text, 'T-1', 'Owner', value)).toThrow();
    },
  );
  test('a row has no other fields than its columns', () => {
    expect(() =>
      field('| ID | Task | Status |\n|---|---|---|\n| 1 | a | TODO |\n', '1', 'Owner', 'y'),
    ).toThrow(/column/);
  });
});

test('a priority is changed where it stands, else added', () => {
  const change = (text: string, priority: number) => {
    const doc = parseQueue(text);
    const [entry] = doc.entries;
    return entry === undefined ? '' : applyEdits(text, setPriority(doc, entry, priority));
  };
  expect(change('### T-1: a\n- **Priority:** high\n- **Status:** TODO\n', 0)).toBe(
    '### T-1: a\n- **Priority:** P0\n- **Status:** TODO\n',
  );
  expect(change('- [ ] P2: a\n', 1)).toBe('- [ ] P1: a\n');
  expect(change('## P2\n\n- [ ] a\n', 1)).toBe('## P2\n\n- [ ] a\n  - **Priority:** P1\n');
});

test('a title is changed and nothing beside it', () => {
  const text = '### [DONE] **T-1:** Build `it` (P1)\n';
  const doc = parseQueue(text);
  const [entry] = doc.entries;
  expect(entry && applyEdits(text, setTitle(doc, entry, 'Ship it'))).toBe(
    '### [DONE] **T-1:** Ship it (P1)\n',
  );
  expect(() => entry && setTitle(doc, entry, 'T-9: x — FAILED [BLOCKED]')).toThrow(
    /more than a title|title/,
  );
});

describe('ids', () => {
  test('the next one follows the file’s series, its width kept', () => {
    const doc = parseQueue('- [ ] WQ-009: a\n- [ ] WQ-002: b\n- [ ] X1: c\n');
    expect(nextId(doc, () => [])).toBe('WQ-010');
    expect(nextId(doc, () => ['WQ-011', 'wq-012', '~abcdefgh'])).toBe('WQ-013');
    expect(nextId(parseQueue(''), () => ['TASK-001'])).toBe('TASK-002');
  });
  test('one is given as the others stand', () => {
    const give = (text: string, line: string) => {
      const doc = parseQueue(text);
      return applyEdits(text, assignId(doc, findEntry(doc, line), 'T-9'));
    };
    expect(give('- [ ] **T-1** — a\n- [ ] b\n', '2')).toBe(
      '- [ ] **T-1** — a\n- [ ] **T-9** — b\n',
    );
    expect(give('### [TODO] b\n- **Status:** TODO\n', '1')).toBe(
      '### [TODO] T-9: b\n- **Status:** TODO\n',
    );
  });
  test.each([
    ['one that stands already, in whatever case', 't-1'],
    ['one that reads as another', '__T-9__'],
    ['one that reads as more cells', 'T|9'],
  ])('%s is refused', (_, id) => {
    const text = '| ID | Task | Status |\n|---|---|---|\n| T-1 | a | TODO |\n|  | b | TODO |\n';
    const doc = parseQueue(text);
    const [, entry] = doc.entries;
    expect(entry?.title).toBe('b');
    expect(() => assignId(doc, entry as QueueEntry, id)).toThrow();
    expect(applyEdits(text, assignId(doc, entry as QueueEntry, 'T-9'))).toContain('| T-9 ');
  });
});

describe('a task is added in the file’s own form', () => {
  const add = (text: string, task: Parameters<typeof appendTask>[1]) =>
    applyEdits(text, appendTask(parseQueue(text), task));
  test('the canonical one in an empty file', () => {
    expect(
      add('# Work queue of Allegro\n', {
        id: 'TASK-001',
        title: 'Rotate',
        priority: 0,
        fields: { Verify: '`true`' },
        text: 'Do it.',
      }),
    ).toBe(
      '# Work queue of Allegro\n\n## P0\n\n### TASK-001: Rotate\n- **Status:** PENDING\n- **Verify:** `true`\n\nDo it.\n',
    );
  });
  test('a section of its priority stands in order', () => {
    const out = add('# Q\n\n## P1\n\n### T-1: a\n- **Status:** DONE\n', {
      id: 'T-2',
      title: 'b',
      priority: 0,
    });
    expect(out).toBe(
      '# Q\n\n## P0\n\n### T-2: b\n- **Status:** PENDING\n\n## P1\n\n### T-1: a\n- **Status:** DONE\n',
    );
  });
  test('a checkbox below the others', () => {
    expect(add('- [ ] **T-1** a\n- [x] b\n\nThe end.\n', { id: 'T-2', title: 'c' })).toContain(
      '- [ ] **T-2** c\n',
    );
  });
  test('a row of the same columns', () => {
    expect(
      add('| ID | Task | P | Status |\n|---|---|---|---|\n| 1 | a | P1 | DONE |', {
        id: '2',
        title: 'b',
        priority: 0,
      }),
    ).toBe(
      '| ID | Task | P | Status |\n|---|---|---|---|\n| 1 | a | P1 | DONE |\n| 2 | b | P0 | PENDING |',
    );
  });
  test.each(['# heading\n', 'x\n### T-9: y\n- **Status:** DONE'])(
    'text that is more than text is refused: %j',
    (text) => {
      expect(() =>
        add('# Q\n', { id: 'T-1', title: text.includes('T-9') ? 'x' : text, text }),
      ).toThrow();
    },
  );
  const table = '| ID | Task | Status |\n|---|---|---|\n| T-1 | a | DONE |\n';
  test.each<[string, string, Partial<Parameters<typeof appendTask>[1]>]>([
    ['a check in a table without that column', table, { fields: { Verify: '`true`' } }],
    ['a text in a table', table, { text: 'Do it.' }],
    ['a field on a line of pipes', 'T-1 | DONE | Ring it\n', { fields: { Verify: '`true`' } }],
  ])('what would be lost is refused: %s', (_, text, more) => {
    expect(() => add(text, { id: 'T-2', title: 'Tune it' })).not.toThrow();
    expect(() => add(text, { id: 'T-2', title: 'Tune it', ...more })).toThrow(/not be read back/);
  });
  test('a bullet with a mark, where the file’s name alone says that bullets are tasks', () => {
    const text = '# Q\n\n- ✅ Oil the hinges\n- 🚧 Tune the bell\n';
    const doc = parseQueue(text, { path: 'TODO.md' });
    expect(doc.entries).toHaveLength(2);
    expect(applyEdits(text, appendTask(doc, { title: 'Ring' }))).toBe(`${text}- ⏳ Ring\n`);
  });
  test('a BOM stays the first of the file', () => {
    const text = '\ufeff## P1\n\n### T-1: a\n- **Status:** DONE\n';
    const out = add(text, { title: 'Ring', priority: 0 });
    expect(out.lastIndexOf('\ufeff')).toBe(0);
    expect(parseQueue(out).entries.map(({ priority }) => priority)).toEqual([0, 1]);
  });
  test('one that another task would be lost by is refused', () => {
    const text = '\t- [x] wax\n### A.2 Ring it — DONE\n---\nwords\n```\n- foo [queued, normal]';
    expect(() => add(text, { title: 'Polish the lamp' })).toThrow();
  });
  test('a title may hold code and stress', () => {
    expect(add('- [ ] a\n', { title: 'Mend `ring()` *now*' })).toBe(
      '- [ ] a\n- [ ] Mend `ring()` *now*\n',
    );
  });
  test.each(['```\nopen', 'so\n<!-- it stays'])('a text that never ends is refused: %j', (text) => {
    expect(() => add('# Q\n', { id: 'T-1', title: 'b', text })).toThrow(/never closes/);
  });
});

test('a block is put behind another, and nothing else changes', () => {
  const text = '### T-1: a\n- **Status:** TODO\n\n### T-3: c\n- **Status:** TODO\n';
  const doc = parseQueue(text);
  const block = '### T-2: b\n- **Status:** TODO\n';
  expect(applyEdits(text, insertBlock(doc, block, doc.entries[0]))).toBe(
    '### T-1: a\n- **Status:** TODO\n\n### T-2: b\n- **Status:** TODO\n\n### T-3: c\n- **Status:** TODO\n',
  );
  expect(applyEdits(text, insertBlock(doc, block))).toBe(`${text}\n${block}`);
});

describe('a bullet that a mark leads', () => {
  const signs = '# Roadmap\n\n- ✅ Oil the hinges\n- 🚧 Tune the bell\n';
  const words = '- DONE Oil the hinges\n- DOING Tune the bell\n';

  test.each<[string, Status, string]>([
    [signs, 'COMPLETE', '- ✅ Tune the bell'],
    [signs, 'FAILED', '- ❌ Tune the bell'],
    [words, 'COMPLETE', '- DONE Tune the bell'],
    [words, 'FAILED', '- FAILED Tune the bell'],
  ])('takes the new one in its place, also the last one open: %j %s', (text, status, line) => {
    const handle = parseQueue(text).entries[1]?.handle ?? '';
    const after = set(text, handle, status);
    expect(after.split('\n').at(-2)).toBe(line);
    expect(parseQueue(after).entries.map((entry) => entry.status)).toEqual(['COMPLETE', status]);
  });

  test.each([
    [signs, '- ⏳ Wind the clock'],
    [words, '- TODO Wind the clock'],
  ])('gets a task beside it with a mark: %j', (text, line) => {
    const edits = appendTask(parseQueue(text), { title: 'Wind the clock' });
    expect(applyEdits(text, edits).split('\n')).toContain(line);
  });
});
