import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits } from '../../lib/core/text-edit.ts';
import { changesBetween, keyEntries } from '../../lib/queue/keys.ts';
import { parseQueue } from '../../lib/queue/parse.ts';
import type { FileState } from '../../lib/queue/version.ts';
import { queueText } from './queues.ts';

const statesOf = (text: string) => keyEntries(parseQueue(text)).states;

/** The states with their hashes alone, as the records keep them. */
const hashed = (states: ReadonlyMap<string, FileState>): Map<string, FileState> =>
  new Map([...states].map(([key, { status, text }]) => [key, { status, text }]));

test('what changed between two readings is what their hashes tell', () => {
  fc.assert(
    fc.property(
      queueText,
      fc.nat(),
      fc.nat(12),
      fc.constantFrom('', 'x', '\n', 'DONE'),
      (text, at, length, put) => {
        const start = at % (text.length + 1);
        const end = Math.min(text.length, start + length);
        const after = applyEdits(text, [{ start, end, text: put }]);
        expect(changesBetween(statesOf(text), statesOf(after))).toEqual(
          changesBetween(hashed(statesOf(text)), hashed(statesOf(after))),
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test('a text is hashed without its status alone', () => {
  const before = statesOf('- [ ] Polish the lamp\n- [ ] Sweep the yard\n');
  const done = statesOf('- [x] Polish the lamp\n- [ ] Sweep the yards\n');
  const [first, ...others] = Object.values(changesBetween(before, done));
  expect(first).toEqual({ status: ['PENDING', 'COMPLETE'] });
  expect(others).toHaveLength(2);
});
