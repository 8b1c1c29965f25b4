import { describe, expect, test } from 'vitest';
import { cellWidth, cutToWidth } from '../../lib/cli/live/cell-width.ts';
import { eventWords } from '../../lib/cli/live/event-words.ts';
import { EVENT_TYPES } from '../../lib/records/event.ts';

describe('the width of text on a terminal', () => {
  test('letters take a cell, wide ones and emoji two, marks none', () => {
    expect(cellWidth('abc')).toBe(3);
    expect(cellWidth('日本')).toBe(4);
    expect(cellWidth('한국어')).toBe(6);
    expect(cellWidth('e\u0301te\u0301')).toBe(3);
    expect(cellWidth('✅')).toBe(2);
    expect(cellWidth('👩‍👩‍👧')).toBe(2);
    expect(cellWidth('▶ │ …')).toBe(5);
  });

  test('a cut leaves room for its sign and never halves a character', () => {
    expect(cutToWidth('abcdef', 6)).toBe('abcdef');
    expect(cutToWidth('abcdef', 5)).toBe('abcd…');
    expect(cutToWidth('日本語', 4)).toBe('日…');
    expect(cutToWidth('ab👩‍👩‍👧', 3)).toBe('ab…');
    expect(cutToWidth('abc', 1)).toBe('…');
    expect(cutToWidth('abc', 0)).toBe('');
  });
});

describe('an event in words', () => {
  const words = (type: string, data: Record<string, unknown> = {}, attempt: number | null = null) =>
    eventWords({ id: 1, time: 0, type, task: 'T-1', run: null, attempt, data });

  test('says who does it and why', () => {
    expect(words('task.assigned', { body: 'shell', why: 'shell: the task has 1 sh block' })).toBe(
      'T-1 claimed (shell: the task has 1 sh block)',
    );
  });

  test('says of a failure whether there is another attempt', () => {
    const data = { reason: 'it broke', attempts: 1, limit: 3 };
    expect(words('task.failed', { ...data, final: false })).toBe(
      'T-1 failed, to be tried again (1 of 3): it broke',
    );
    expect(words('task.failed', { ...data, final: true })).toBe('T-1 failed: it broke');
  });

  test('of every known type says more than its name, and of an unknown one its name', () => {
    for (const type of EVENT_TYPES) expect(words(type, { reason: 'because' })).toMatch(/^T-1 \S+/);
    expect(words('moon.rose', { reason: 'night' })).toBe('T-1 moon.rose: night');
  });
});
