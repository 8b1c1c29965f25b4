import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHead } from '../../lib/queue/read-head.ts';

/** What lines start with, go on with and end with; some of it tells, tags or decorates. */
const START =
  'TASK-014: |TASK-7:|AB-12: |X-1 |Task 3: |Work Item 5 |Bug A-3: |A |Add |add |Polish the |Work |P1: |due: |DONE |Done: |UTF-8: |';
const WORDS =
  'the lamp|Lamp|LAMP|done|DONE|: IN PROGRESS|P1|a|é|Ünal|fix-login|: |:|, |,| - | — |-|(x)|(P1)|[done]|**|`|~~|*|_|.|?|"|x;|#12|@bob|due: friday|owner:bob|<b>|%%|\\|✅|🔥|📅 2026-01-01|/|&| |  |\t';
const pieces = (text: string) => fc.constantFrom(...text.split('|'));

const line = fc
  .tuple(
    pieces(START),
    fc.array(fc.tuple(pieces(WORDS), fc.constantFrom(' ', '')), { maxLength: 7 }),
  )
  .map(([start, words]) => start + words.map((word) => word.join('')).join(''));

test('a plain line is read as it would be if it were looked at closely', () => {
  fc.assert(
    fc.property(line, fc.boolean(), fc.boolean(), (said, words, colon) => {
      fc.pre(said.trim() !== '');
      // With a space in front no line counts as plain, and nothing else is different.
      const text = ` ${said}`;
      const read = (start: number) => readHead(text, start, text.length, { words, colon });
      expect(read(1)).toEqual(read(0));
    }),
    { numRuns: 20_000 },
  );
});
