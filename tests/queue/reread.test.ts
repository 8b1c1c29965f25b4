import { describe, expect, test } from 'vitest';
import { isSameBlock } from '../../lib/queue/entry.ts';
import { parseQueue } from '../../lib/queue/parse.ts';
import { readText } from '../../lib/queue/reading.ts';
import { allOf } from './readings.ts';

const task = (id: string, more = '') =>
  `### ${id}: Polish lamp ${id}\n- **Status:** PENDING\n- **Priority:** P2\n${more}\n\`\`\`sh\ntrue\n\`\`\`\n\n`;

const tasks = (...ids: string[]) => ids.map((id) => task(id)).join('');

const OTHERS = tasks('TASK-11', 'TASK-12', 'TASK-13', 'TASK-14');

/** Reads `text` changed from `from` to `to`; each pair is looked for behind the one before. */
function reread(text: string, ...changes: [from: string, to: string][]) {
  let after = text;
  let at = 0;
  for (const [from, to] of changes) {
    at = after.indexOf(from, at);
    if (at === -1) throw new Error(`no ${from}`);
    after = after.slice(0, at) + to + after.slice(at + from.length);
    at += to.length;
  }
  const before = parseQueue(text);
  const doc = parseQueue(after, { before });
  const kept = doc.entries.filter((entry) =>
    before.entries.some((other) => isSameBlock(entry, other)),
  );
  return { doc, before, after, kept: kept.length };
}

describe('what is taken from the reading before', () => {
  const told = '### [TODO] TASK-3: Sweep the yard\n\n';
  const text = `# Queue\n\n${tasks('TASK-1', 'TASK-2')}${told}${OTHERS}`;

  test.each<[string, [string, string][], number]>([
    ['a status', [['PENDING', 'IN_PROGRESS']], 6],
    [
      'two statuses',
      [
        ['PENDING', 'COMPLETE'],
        ['PENDING', 'IN_PROGRESS'],
      ],
      5,
    ],
    ['a line more', [['true\n', 'true\ntrue\n']], 6],
    ['a field', [['P2\n', 'P2\n- **Owner:** me\n']], 6],
    ['a title', [['Polish', 'Clean']], 6],
    ['a status in the heading', [['TODO', 'DONE']], 6],
    ['a task added', [['### TASK-12', `${task('TASK-5')}### TASK-12`]], 7],
    ['a task added at the end', [[tasks('TASK-14'), tasks('TASK-14', 'TASK-15', 'TASK-16')]], 7],
  ])('all other tasks, after %s changed', (_, changes, kept) => {
    const found = reread(text, ...changes);
    expect(found.kept).toBe(kept);
    expect(allOf(found.doc)).toEqual(allOf(parseQueue(found.after)));
    expect(allOf(found.before)).toEqual(allOf(parseQueue(text)));
  });

  test('nothing of another kind of file', () => {
    const before = parseQueue(text, { path: 'WORK-QUEUE.md' });
    const after = text.replace('true', 'false');
    const path = 'todo.txt';
    expect(allOf(parseQueue(after, { path, before }))).toEqual(allOf(parseQueue(after, { path })));
  });

  test('nothing within another kind of file', () => {
    const path = 'todo.txt';
    const lines = ['Sweep', 'Mop', 'Polish', 'Dust', 'Wash']
      .map((title) => `# ${title}\n\n`)
      .join('');
    const before = parseQueue(lines, { path });
    const after = lines.replace('Mop\n', 'Mop\n ');
    expect(before.entries).toHaveLength(5);
    expect(allOf(parseQueue(after, { path, before }))).toEqual(allOf(parseQueue(after, { path })));
  });

  test('nothing of a file that was damaged', () => {
    const bytes = Buffer.from(`${text}\ufffd\n`);
    const damaged = Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0x0a])]);
    const before = readText('', damaged).doc;
    expect(before.unreadable).toBe(true);
    expect(allOf(readText('', bytes, undefined, before).doc)).toEqual(
      allOf(readText('', bytes).doc),
    );
  });
});

describe('a change that others hang on is read from the whole text', () => {
  test.each<[string, string, [string, string][]]>([
    [
      'an id in a field',
      `### Sweep it\n- **Status:** PENDING\n- **Owner:** me\n\n`,
      [['Owner:** me', 'ID:** TASK-11']],
    ],
    [
      'an example that becomes a task',
      '## How to work\n\n### TASK-1: a\n- **Status:** PENDING\n\n- [ ] <one>\n- [ ] <two>\n\n### TASK-2: told nowhere\n\n## P1\n\n',
      [['<one>', 'Sweep the yard']],
    ],
    [
      'lines, where a finding names some',
      tasks('TASK-1', 'TASK-2', 'TASK-2'),
      [['true\n', 'true\ntrue\n']],
    ],
    [
      'a status that a finding is about',
      '### [DONE] TASK-1: a\n- **Status:** PENDING\n\n',
      [['** PENDING', '** DONE']],
    ],
    [
      'a fence that nothing closes',
      '### TASK-1: a\n- **Status:** PENDING\n\n````sh\ntrue\n\n',
      [['11\n- **Status:** PENDING', '11\n- **Status:** DONE']],
    ],
    [
      'a line that the next heading is joined to',
      tasks('TASK-1'),
      [['```\n\n### TASK-11', '```### TASK-11']],
    ],
    ['a task within a task', tasks('TASK-1'), [['true\n```\n', 'true\n```\n#### TASK-7: b\n']]],
    ['a part that becomes a task', `${tasks('TASK-1')}#### Notes\n`, [['Notes', 'TASK-7: b']]],
    [
      'a weak id',
      '### T1 Sweep\n- **Status:** PENDING\n\n### T2 Mop\n\n',
      [['T1 Sweep', 'T1 Acceptance']],
    ],
    ['a title that others stand under', '### TASK-1: a\n\n#### TASK-2: b\n\n', [['1: a', '1: c']]],
    [
      'tasks of another form between',
      `${tasks('TASK-1')}## P1\n\n- [ ] Sweep\n\n`,
      [
        ['PENDING', 'DONE'],
        ['PENDING', 'DONE'],
      ],
    ],
    [
      'a task under another, with that one',
      '### TASK-1: a\n- **Status:** PENDING\n\n#### TASK-2: b\n- **Status:** PENDING\n\n',
      [
        ['PENDING', 'DONE'],
        ['PENDING', 'DONE'],
      ],
    ],
  ])('%s', (_, above, changes) => {
    const found = reread(`# Queue\n\n${above}${OTHERS}`, ...changes);
    expect(allOf(found.doc)).toEqual(allOf(parseQueue(found.after)));
    expect(allOf(found.before)).not.toEqual(allOf(found.doc));
  });

  test('what ends front matter', () => {
    const found = reread(`---\nqueue: mine\n\n# Queue\n\n${OTHERS}`, ['true', '...']);
    expect(allOf(found.doc)).toEqual(allOf(parseQueue(found.after)));
  });
});

describe('a task more is read by itself only where nothing else can hang on it', () => {
  const between = (more: string): [string, string][] => [['### TASK-12', `${more}### TASK-12`]];
  const untold = (id: string, more = '') => `### ${id}\n- **Status:** PENDING\n${more}\n`;
  const odd = (id: string) => untold(id).replace('PENDING', 'odd');
  const rules = `${'Words. '.repeat(20)}\n\n# 1. Rules\n- **Status:** PENDING\n\n`;
  const guide = `## How to work\n\n${untold('TASK-1', '- [ ] <a>\n')}### TASK-2: b\n\n`;

  test.each<[string, string, [string, string][]]>([
    ['a part less', `${OTHERS}#### Notes\n`, [['#### Notes\n', '']]],
    ['below a part', `${OTHERS}#### Notes\n`, [['#### Notes\n', `#### Notes\n${task('TASK-5')}`]]],
    ['one more, and another that changed', OTHERS, [...between(task('TASK-5')), ['P2', 'P1']]],
    [
      'a part goes under it',
      `${task('TASK-1', '\n#### Notes\n')}${OTHERS}`,
      [['#### N', `${task('TASK-5')}#### N`]],
    ],
    [
      'a title that was the only one',
      rules,
      [[rules, `${rules}# TASK-5: a\n- **Status:** PENDING\n\n`]],
    ],
    ['of a higher level', OTHERS, between(task('TASK-5').slice(1))],
    [
      'with a weak id',
      `### T1 Sweep\n- **Status:** PENDING\n\n${OTHERS}`,
      between(task('T2').replace('T2:', 'T2')),
    ],
    ['with a placeholder', OTHERS, between(task('TASK-5').replace('Polish', '{title}'))],
    [
      'with a box in a guide',
      `${guide}## P1\n\n${OTHERS}`,
      [['### TASK-2', `${untold('TASK-5', '- [ ] Sweep the yard\n')}### TASK-2`]],
    ],
    ['with an id that is there', OTHERS, between(task('TASK-11'))],
    ['with an id that is there in capitals', OTHERS, between(task('task-11'))],
    ['twice', OTHERS, between(tasks('TASK-5', 'TASK-5'))],
    [
      'with a status that nobody knows',
      `${OTHERS}${odd('TASK-15')}`,
      [[odd('TASK-15'), odd('TASK-15') + odd('TASK-16')]],
    ],
  ])('%s', (_, text, changes) => {
    const { doc, after } = reread(text, ...changes);
    expect(allOf(doc)).toEqual(allOf(parseQueue(after)));
  });
});

test.each([
  ['the last task that is a heading', '### TASK-1: Polish\n\n', ''],
  ['what makes it one', 'TASK-1: Polish', 'Polish'],
  ['a mark', '- ✅ b', '- b'],
])('marks are read anew where they come to count: %s', (_, from, to) => {
  const text = `# Roadmap\n\n- ✅ a\n- ✅ b\n\n## Next up\n\n### TASK-1: Polish\n\n## More\n\n- ⏳ c\n${'\nprose\n'.repeat(40)}`;
  const { doc, after } = reread(text, [from, to]);
  expect(allOf(doc)).toEqual(allOf(parseQueue(after)));
});
