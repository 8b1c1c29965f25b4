import { expect, test } from 'vitest';
import { findEntry } from '../../lib/queue/find.ts';
import { parseQueue } from '../../lib/queue/parse.ts';

const doc = parseQueue(
  '- [ ] TASK-001: a\n  more\n- [ ] TASK-002: b\n- [ ] task-003: c\n- [ ] TASK-003: d\n- [ ] T-5: e\n- [ ] T-5: f\n- [ ] plain\n',
);
const line = (reference: string) => findEntry(doc, reference).line;

test('by id, in any case where that is one', () => {
  expect(line('TASK-001')).toBe(1);
  expect(line('task-002')).toBe(3);
  expect(line('task-003')).toBe(4);
  expect(line('TASK-003')).toBe(5);
  expect(() => line('Task-003')).toThrow(/2 lines: 4, 5/);
});

test('by handle, by line, and by id and line', () => {
  expect(line(doc.entries.at(-1)?.handle ?? '')).toBe(8);
  expect(line('2')).toBe(1);
  expect(line('@8')).toBe(8);
  expect(line('T-5@7')).toBe(7);
});

test('an id that stands twice is refused, with its lines', () => {
  expect(() => line('T-5')).toThrow(expect.objectContaining({ hint: 'name one of them as T-5@6' }));
  expect(() => line('T-5@1')).toThrow(/found no/);
});

test('a near miss is suggested', () => {
  expect(() => line('TASK-01')).toThrow(
    expect.objectContaining({ hint: 'did you mean TASK-001?' }),
  );
  expect(() => line('zzzzzz')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('robed list') }),
  );
});
