import { expect, test } from 'vitest';
import { parseQueue } from '../../lib/queue/parse.ts';

const read = (text: string, path = '') =>
  parseQueue(text, { path }).entries.map(({ title, status }) => `${title}: ${status}`);

const task = (id: number, title = 'Oil the hinges') =>
  `### TASK-${id}: ${title}\n- **Status:** PENDING\n\n`;

test.each([
  [
    'underlined notes',
    'Notes\n-----\n\nWith fat.\n\nAcceptance\n----------\n\n- [ ] it is quiet\n\n',
  ],
  ['an underlined state', 'Done\n====\n\n- half of it\n\n'],
  ['headings that a sign leads', '#### ✅ Left wing\n\ntext\n\n#### 🚧 Right wing\n\ntext\n\n'],
])('a task keeps its text: %s', (_, text) => {
  const { entries } = parseQueue(`# Work queue\n\n## P0\n\n${task(1, 'Plan')}${text}${task(2)}`);
  expect(entries.map(({ id }) => id)).toEqual(['TASK-1', 'TASK-2']);
  expect(entries[0]?.endLine).toBe((entries[1]?.line ?? 0) - 2);
});

test('what stands right below the queue’s title keeps its tasks too', () => {
  const text = `# Queue\n\nHow it works\n------------\n\nRead it.\n\n### TASK-1: Oil it\n\nNotes\n-----\nx\n`;
  const [entry, ...others] = parseQueue(text).entries;
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ id: 'TASK-1', section: ['Queue'], endLine: 12 });
});

test('a task without a status is no group of the signed headings below it', () => {
  const text = '# Queue\n\n### TASK-1: Plan the bell\n\n#### ✅ Tower\n\n#### 🚧 Rope\n';
  expect(read(text)).toEqual(['Plan the bell: PENDING']);
  expect(read(text.replace('TASK-1:', '[TODO]'))).toEqual(['Plan the bell: PENDING']);
});

test('signs lead notes where tasks have ids and fields', () => {
  const text = `# Roadmap\n\n## Notes\n\n### ✅ Rope bought\n\n### 🚧 Smith asked\n\n## P0\n\n${task(1)}`;
  expect(read(text)).toEqual(['Oil the hinges: PENDING']);
});

test('underlined headings divide a file that starts with one, deeper ones between them', () => {
  const text = `Queue\n=====\n\nTodo\n----\n\n### TASK-1: a\n\nDone\n----\n\n### TASK-2: b\n`;
  expect(read(text)).toEqual(['a: PENDING', 'b: COMPLETE']);
});

test.each([
  ['how to test', `${task(1)}## Testing\n\nHow:\n- npm test\n\n## Done\n\n${task(2)}`],
  ['prose', 'Nobody has it.\n\n## Testing\n\n- npm test\n\n## Done\n\nIt is merged.\n'],
])('a part between states is none of them where it holds something else: %s', (_, text) => {
  expect(read(`# Q\n\n## Todo\n\n${text}`).filter((one) => one.startsWith('npm'))).toEqual([]);
});

test('a part between states is one of them beside empty ones', () => {
  const lanes = (text: string) => `# Q\n\n## Todo\n\n${text}\n\n## Testing\n\n- oil\n\n## Done\n`;
  expect(read(lanes(''))).toEqual(['oil: REVIEW']);
  expect(read(lanes('_None right now._'))).toEqual(['oil: REVIEW']);
});

test('an open box in a column without a name leaves the state to the section', () => {
  const rows = '| | Task |\n|--|--|\n| [ ] | oil |\n| [x] | paint |\n';
  expect(read(`# Q\n\n## In progress\n\n${rows}`)).toEqual(['oil: IN_PROGRESS', 'paint: COMPLETE']);
  expect(read(`# Q\n\n## Done\n\n${rows}`)).toEqual(['oil: COMPLETE', 'paint: COMPLETE']);
});

test.each([
  ['emphasis', '# Queue\n\n*[x] was said before*\n'],
  ['boxes that answer', '# Queue\n\n| Check | OK |\n|--|--|\n| it rings | [x] |\n'],
  ['minutes', '# Planning meeting\n\n**Done**\n\n- cast\n\n**In progress**\n\n- hang\n'],
  ['notes of a day', '# Plan\n\n## Monday\n\n**Done:**\n- cast\n\n**Todo:**\n- hang\n'],
  ['a letter', '# Letter to the board\n\nDone:\n\n- it rings\n\nOpen:\n\n- who pays\n'],
  ['states explained', '# How the board works\n\n**Todo**\n- not taken\n\n**Done**\n- merged\n'],
  [
    'a design',
    '# Architecture of the queue\n\n- Pending: nobody has it\n- Running: a worker has it\n- Done: the report is in\n',
  ],
  ['a glossary', '# Board glossary\n\n- Todo: not taken\n- Doing: taken\n- Done: merged\n'],
  ['an interface', '# Task API\n\n- pending: not yet run\n- done: ran\n- failed: did not\n'],
  ['who signed', '# Release checklist\n\n- Verified: by ann\n- Approved: by bea\n'],
  ['rules', '# Plan\n\n## Principles\n\n### ✅ Prefer ropes\n\n### 🚫 Avoid chains\n'],
  ['a program', '# Todo\n\n## Features\n\n- add\n- sort\n', 'README.md'],
  ['a lesson', '# Todo app tutorial\n\n- make a component\n- render it\n', 'docs/todo.md'],
])('what tells or explains makes no task: %s', (_, text, path = '') => {
  expect(read(text, path)).toEqual([]);
});

test('a name in capitals stays in the title', () => {
  expect(read('# Q\n\n- [ ] Port it to 🚀 NEXT\n- [ ] Oil it 🟠 IN PROGRESS\n')).toEqual([
    'Port it to 🚀 NEXT: PENDING',
    'Oil it: IN_PROGRESS',
  ]);
});

const BULLETS = '# Task queue\n\n- TASK-1: oil — PENDING\n- TASK-2: paint — DONE\n\n';
const LANES = '# Task queue\n\n## Todo\n\n- oil\n- paint\n\n';

test.each([
  ['ids of tasks', `${BULLETS}## Notes\n\n- TASK-1: waits for the smith\n`],
  [
    'ids of tasks above them',
    BULLETS.replace('\n\n', '\n\n## Log\n\n- TASK-1: begun\n\n## Bell\n\n'),
  ],
  [
    'ids and signs',
    `# Tasks\n\n- ✅ T-1: oil\n- 🚧 T-2: paint\n\n## Notes\n\n- T-1 ✅\n- T-2 ⏳\n`,
  ],
  ['words', `${LANES}## Notes\n\n- done: the rope\n- todo: ask ann\n`],
  ['signs', `${LANES}## Notes\n\n- bought the rope ✅\n- asked ann ⏳\n`],
  ['labels', `${LANES}## Notes\n\n**Done**\n- the rope\n\n**Open**\n- the smith\n`],
  ['a list', '# Bell\n\n## Todo\n\n- oil\n- paint\n\n## Ann\n\n- lives here\n', 'TODO.md'],
])('notes beside tasks make no more of them: %s', (_, text, path = '') => {
  const { entries, findings } = parseQueue(text, { path });
  expect(entries.map(({ title }) => title)).toEqual(['oil', 'paint']);
  expect(findings).toEqual([]);
});

test('bullets that an id leads are tasks in every section, where each id stands once', () => {
  expect(read(`${BULLETS}## P1\n\n- TASK-3: sweep\n- TASK-4: wind\n`)).toEqual([
    'oil: PENDING',
    'paint: COMPLETE',
    'sweep: PENDING',
    'wind: PENDING',
  ]);
});

test('labels below a heading that is a state leave its tasks alone', () => {
  const text = `# Q\n\n${task(1)}## In progress\n\n**Todo:**\n- paint\n\n**Blocked:**\n- sweep\n`;
  expect(read(text)).toEqual([
    'Oil the hinges: PENDING',
    'paint: IN_PROGRESS',
    'sweep: IN_PROGRESS',
  ]);
});

test('a task below a label has the handle that it has without', () => {
  const text =
    '# Q\n\n**Todo:**\n\n- [ ] oil\n\n**Done:**\n\n- [x] paint\n\n**Others:**\n\n- [ ] sweep\n';
  const handles = (one: string) => parseQueue(one).entries.map(({ handle }) => handle);
  expect(handles(text)).toEqual(handles(text.replaceAll('**', '')));
  expect(handles(text)).toEqual(handles(text.replace(/^\*\*.*\n/gm, '')));
});

test('a list of what is to do stays whole while its items are marked', () => {
  const list = ['oil', 'paint', 'sweep', 'wind'];
  for (let done = 0; done <= list.length; done++)
    for (const mark of [' ✅', ' — DONE']) {
      const text = list.map((one, i) => `- ${one} it${i < done ? mark : ''}\n`).join('');
      const expected = list.map((one, i) => `${one} it: ${i < done ? 'COMPLETE' : 'PENDING'}`);
      expect(read(text, 'TODO.md')).toEqual(expected);
    }
});
