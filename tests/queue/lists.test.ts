import { expect, test } from 'vitest';
import type { Status } from '../../lib/core/status.ts';
import { applyEdits } from '../../lib/core/text-edit.ts';
import { nextId, setField, setStatus } from '../../lib/queue/edit.ts';
import { parseQueue } from '../../lib/queue/parse.ts';

const titles = (text: string, path = '') =>
  parseQueue(text, { path }).entries.map(({ title }) => title);

/** The text after the entry at `index` was given `status`; all of them must read back. */
function after(text: string, index: number, status: Exclude<Status, 'UNKNOWN'>, path = ''): string {
  const doc = parseQueue(text, { path });
  const entry = doc.entries[index];
  if (entry === undefined) throw new Error(`no entry ${index}`);
  const out = applyEdits(text, setStatus(doc, entry, status));
  const key = (one: { title: string; status: string }) => `${one.title} ${one.status}`;
  expect(parseQueue(out, { path }).entries.map(key).sort()).toEqual(
    doc.entries.map((one) => key(one === entry ? { title: one.title, status } : one)).sort(),
  );
  return out;
}

test.each([
  ['a rule right below a text', '# Tasks\n\nDone\n---\n- oil\n'],
  ['a rule below a field', '# Notes\n\n**Todo:** nothing\n----------------\n- oil\n'],
  ['the end of a paragraph', '# Notes\n\nWhat is\nTodo\n----\n- oil\n'],
  ['underlined parts of a manual', 'Tool\n====\n\nInstallation\n------------\n\n- build it\n'],
])('an underline makes no task: %s', (_, text) => {
  expect(titles(text)).toEqual([]);
});

test('a short rule below a long text ends no section', () => {
  expect(titles('# Q\n\n## Todo\n\nOf these the owner sees to the first\n----\n- oil\n')).toEqual([
    'oil',
  ]);
});

test.each([
  ['a file that speaks of no work', '# Kit\n\n**Todo**\n- oil\n\n**Done**\n- paint\n'],
  ['a remark on one state', '# Tasks\n\n**In progress**\n\n- oil\n'],
  [
    'states explained',
    '# Task states\n\n**Todo**\nNobody has it.\n\n**Done**\nIt is merged.\n\n- see below\n',
  ],
  [
    'a day’s notes',
    '# Sprint plan\n\n## 2026-05-23\n\n**Done:**\n- oil\n\n**Todo:**\n- paint\n\n## Day 2\n\n**Done:**\n- all\n\n**Todo:**\n- none\n',
  ],
  [
    'labels in a file of boxes',
    '# Tasks\n\n- [ ] a\n\n**Done:**\n- oil\n\n**Todo:**\n- paint\n',
    'a',
  ],
])('a label makes no task: %s', (_, text, ...kept) => {
  expect(titles(text)).toEqual(kept);
});

test.each([
  ['signs that adorn a manual', '# Kit\n\n## Overview\n\n### ✅ Search\n\n### 🚧 Reports\n'],
  [
    'signs on the parts of a report',
    '# Worker Plan\n\n## Current State Analysis\n\n### ✅ Already Implemented\n- **Models**: all\n\n### 🔄 Needs Updates\n- **Worker**: a stub\n',
  ],
  ['one without a sign among them', '# Roadmap\n\n## ✅ Search\n\n## Reports\n'],
  ['ornaments alone', '# Roadmap\n\n## 🔧 Setup\n\n## 🔍 Search\n'],
  ['parts of a report', '# Project plan\n\n## ✅ What works\n- a\n\n## 🚧 What is left\n- b\n'],
  ['groups', '# Roadmap\n\n## ✅ Phase 1: casting\n\n## 🚧 Phase 2: hanging\n'],
])('a sign makes no heading a task: %s', (_, text) => {
  expect(titles(text)).toEqual([]);
});

test.each([
  ['a report', '# Status report\n\n- Done: the parser\n- Todo: the printer\n'],
  ['a log', '# Progress\n\n- New: dark mode\n- Fixed: a crash\n- Fixed: a leak\n'],
  ['colours of a dot', '# Onboarding\n\n- Active: 22 px\n- Done: 5 px\n'],
  ['steps that are rated', '# Style\n\n- Names that speak ✅\n- Abbreviations ❌\n'],
])('a word or sign makes no bullet a task: %s', (_, text) => {
  expect(titles(text)).toEqual([]);
});

test.each([
  ['decisions', '# Decisions\n\n- ADR-1: Use ropes — DONE\n- ADR-2: Use oil\n', ['Use ropes']],
  ['a ledger without a status', '# Task ledger\n\n- **T1** · cast\n- **T2** · hang\n', []],
  ['a plan that explains itself', '# TODO\n\nOn the bell.\n\n## Bell\n\n- bronze\n- tin\n', []],
])('an id or a name makes no bullet a task: %s', (_, text, kept) => {
  expect(titles(text)).toEqual(kept);
});

test('a file named todo is a list of what is to do, with or without headings', () => {
  const text = '- Oil the hinges\n- Paint\n';
  expect(titles(text, 'notes.md')).toEqual([]);
  expect(titles(text, 'x/TODO.md')).toEqual(['Oil the hinges', 'Paint']);
  expect(titles(`# Door\n${text}`, 'TODO.md')).toEqual(['Oil the hinges', 'Paint']);
  expect(titles(`# TODO\n\n## Door\n${text}\n## Notes\n- x\n`)).toEqual([
    'Oil the hinges',
    'Paint',
  ]);
  expect(after(text, 0, 'COMPLETE', 'TODO.md')).toBe('- Oil the hinges — COMPLETE\n- Paint\n');
});

test('a field goes below the underline, and a title keeps its own', () => {
  const text = 'TASK-1: Oil the hinges\n----------------------\n\nWith fat.\n';
  const doc = parseQueue(text);
  const [entry] = doc.entries;
  if (entry === undefined) throw new Error('no entry');
  expect(applyEdits(text, setField(doc, entry, 'Owner', 'Ezra'))).toBe(
    'TASK-1: Oil the hinges\n----------------------\n- **Owner:** Ezra\n\nWith fat.\n',
  );
  expect(after(text, 0, 'COMPLETE')).toContain(
    '\n----------------------\n- **Status:** COMPLETE\n',
  );
  expect(nextId(doc, () => [])).toBe('TASK-2');
});

test('an underlined heading that an edit makes is read as in a whole reading', () => {
  const task = (id: number) => `### TASK-${id}: a\n- **Status:** TODO\n\n`;
  const before = parseQueue(`${task(1)}${task(2)}${task(3)}`);
  const text = `${task(1)}Done\n====\n\n- oil\n\n${task(2)}${task(3)}`;
  const read = (doc: ReturnType<typeof parseQueue>) =>
    doc.entries.map(({ title, status, section }) => [title, status, section]);
  expect(read(parseQueue(text, { before }))).toEqual(read(parseQueue(text)));
});

test('a block moves below the label of its new state, which is made where it is missing', () => {
  const text = '# Tasks\n\n**Todo:**\n\n- oil\n- paint\n\n**Doing:**\n\n- wind\n';
  expect(after(text, 0, 'IN_PROGRESS')).toBe(
    '# Tasks\n\n**Todo:**\n\n- paint\n\n**Doing:**\n\n- wind\n- oil\n',
  );
  expect(after(text, 2, 'COMPLETE')).toContain('**Complete:**\n\n- wind\n');
});

test('a box in a column without a name gets a mark, and nothing else changes', () => {
  const text = '# Queue\n\n| | Task |\n|--|--|\n| [ ] | oil |\n| [ ] | paint |\n';
  expect(after(text, 0, 'COMPLETE')).toBe(text.replace('[ ]', '[x]'));
  expect(after(text, 1, 'IN_PROGRESS')).toBe(text.replace('[ ] | paint', '[~] | paint'));
});

test('a sign in a heading, a word and a sign behind a bullet change by themselves', () => {
  const heading = '# Roadmap\n\n## ✅ Search\n\n## 🚧 Reports\n';
  expect(after(heading, 1, 'COMPLETE')).toBe(heading.replace('🚧', '✅'));
  const word = '# Tasks\n\n- todo: oil\n- done: paint\n';
  expect(after(word, 0, 'COMPLETE')).toBe(word.replace('todo', 'done'));
  const sign = '# Tasks\n\n- oil ⏳\n- paint ✅\n';
  expect(after(sign, 0, 'COMPLETE')).toBe(sign.replace('⏳', '✅'));
});

test('a box needs no space before it', () => {
  const text = '# Tasks\n\n-[ ] oil\n*[x] paint\n-[x](x.md) is a link\n-[1] a note\n';
  expect(titles(text)).toEqual(['oil', 'paint']);
  expect(after(text, 0, 'COMPLETE')).toBe(text.replace('-[ ]', '-[x]'));
});

test('subtasks with boxes do not hide the bullets that signs lead', () => {
  const text = '# Tasks\n\n- 🏃 Cast it\n  - [ ] melt\n- 🆕 Hang it\n  - [x] climb\n';
  expect(titles(text)).toEqual(['Cast it', 'Hang it']);
  const phases = '# Tasks\n\n- ✅ Phase 1\n  - [x] melt\n- 🚧 Phase 2\n  - [ ] climb\n';
  expect(titles(phases)).toEqual(['melt', 'climb']);
});
