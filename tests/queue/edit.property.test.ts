import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../lib/core/errors.ts';
import { applyEdits } from '../../lib/core/text-edit.ts';
import { assignId, nextId, setField, setStatus, setTitle } from '../../lib/queue/edit.ts';
import { parseQueue } from '../../lib/queue/parse.ts';
import { KNOWN, queueText } from './queues.ts';

const status = fc.constantFrom(...KNOWN);

/** Runs an edit that may be refused; null where it was, with a UserError and nothing else. */
function attempt<T>(edit: () => T): T | null {
  try {
    return edit();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return null;
  }
}

test('a status that was set is read back, and no other entry changes', () => {
  fc.assert(
    fc.property(queueText, fc.nat(), status, (text, pick, wanted) => {
      const doc = parseQueue(text);
      fc.pre(doc.entries.length > 0 && doc.readOnly === null);
      const index = pick % doc.entries.length;
      const entry = doc.entries[index];
      if (entry === undefined) return;
      const edits = attempt(() => setStatus(doc, entry, wanted));
      if (edits === null) return;
      const after = parseQueue(applyEdits(text, edits)).entries;
      const key = (one: Pick<(typeof after)[number], 'id' | 'title' | 'status'>) =>
        `${one.id} ${one.title} ${one.status}`;
      const expected = doc.entries.map((one) =>
        one === entry ? key({ id: one.id, title: one.title, status: wanted }) : key(one),
      );
      expect(after.map(key).sort()).toEqual(expected.sort());
    }),
    { numRuns: 3000 },
  );
});

test('setting a status changes the token alone, or moves or adds whole lines', () => {
  fc.assert(
    fc.property(queueText, fc.nat(), status, (text, pick, wanted) => {
      const doc = parseQueue(text);
      fc.pre(doc.entries.length > 0 && doc.readOnly === null);
      const entry = doc.entries[pick % doc.entries.length];
      if (entry === undefined) return;
      const edits = attempt(() => setStatus(doc, entry, wanted));
      if (edits === null) return;
      const out = applyEdits(text, edits);
      for (const line of text.split(/\r?\n/)) {
        if (line.trim() === '' || text.slice(entry.span.start, entry.span.end).includes(line))
          continue;
        expect(out.split(/\r?\n/)).toContain(line);
      }
      if (text.includes('\r\n') && !/[^\r]\n/.test(text)) expect(out).not.toMatch(/[^\r]\n/);
    }),
    { numRuns: 2000 },
  );
});

test('a field’s value never becomes more than a value', () => {
  const value = fc.oneof(
    fc.constantFrom(
      'a | b',
      '**Status:** DONE',
      'x | Status: DONE',
      '`a|b',
      '- [ ] y',
      '# h',
      'a\nb',
      '<!-- x',
      '|',
      '\\',
      '```',
      'x **Owner:** y',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  fc.assert(
    fc.property(
      queueText,
      fc.nat(),
      fc.constantFrom('Owner', 'Depends on', 'Verify', 'Task'),
      value,
      (text, pick, label, wanted) => {
        const doc = parseQueue(text);
        fc.pre(doc.entries.length > 0 && doc.readOnly === null);
        const index = pick % doc.entries.length;
        const entry = doc.entries[index];
        if (entry === undefined) return;
        const edits = attempt(() => setField(doc, entry, label, wanted));
        if (edits === null) return;
        const after = parseQueue(applyEdits(text, edits)).entries;
        expect(after.length).toBe(doc.entries.length);
        expect(after.map(({ status, id }) => [status, id])).toEqual(
          doc.entries.map(({ status, id }) => [status, id]),
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test('an id that was given is read back, and a title that was set', () => {
  fc.assert(
    fc.property(queueText, fc.nat(), (text, pick) => {
      const doc = parseQueue(text);
      fc.pre(doc.entries.length > 0 && doc.readOnly === null);
      const index = pick % doc.entries.length;
      const entry = doc.entries[index];
      if (entry === undefined) return;
      const id = nextId(doc, () => ['TASK-001', 'A-8']);
      expect(doc.entries.some((one) => one.id?.toLowerCase() === id.toLowerCase())).toBe(false);
      const named = entry.id === null ? attempt(() => assignId(doc, entry, id)) : null;
      if (named !== null) expect(parseQueue(applyEdits(text, named)).entries[index]?.id).toBe(id);
      const titled = attempt(() => setTitle(doc, entry, 'Polish the lamp'));
      if (titled !== null)
        expect(parseQueue(applyEdits(text, titled)).entries[index]?.title).toBe('Polish the lamp');
    }),
    { numRuns: 1500 },
  );
});
