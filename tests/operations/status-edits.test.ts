import { expect, test } from 'vitest';
import { applyEdits } from '../../lib/core/text-edit.ts';
import { statusEdits } from '../../lib/operations/status-edits.ts';
import { readText } from '../../lib/queue/reading.ts';
import { newTaskRecord } from '../../lib/records/task.ts';

const QUEUE = `# Board

## To do
- T-1: Sweep the hall
- T-2: Feed the owl

## Done
- T-0: Light the lamps
`;

const tasks = new Map(
  ['T-0', 'T-1', 'T-2'].map((key) => [key, newTaskRecord(key, '', '', 'COMPLETE', 0)]),
);

const reading = (text: string) => readText('QUEUE.md', Buffer.from(text));

test('where sections are the state, one block moves at a time, and all of them in the end', () => {
  let text = QUEUE;
  const told: string[][] = [];
  for (let round = 0; round < 3; round++) {
    const found = statusEdits(reading(text), tasks);
    text = applyEdits(text, found.edits);
    told.push(found.told);
  }
  expect(told).toEqual([['T-1: PENDING → COMPLETE'], ['T-2: PENDING → COMPLETE'], []]);
  expect([...reading(text).keyed.single.values()].map(({ status }) => status)).toEqual([
    'COMPLETE',
    'COMPLETE',
    'COMPLETE',
  ]);
});

test('tokens in their place change all at once', () => {
  const text = '# Q\n\n### T-1: A\n- **Status:** PENDING\n\n### T-2: B\n- **Status:** PENDING\n';
  const found = statusEdits(reading(text), tasks);
  expect(applyEdits(text, found.edits)).toBe(text.replaceAll('PENDING', 'COMPLETE'));
});
