import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Entry } from '../../lib/queue/entry.ts';
import { parseQueue } from '../../lib/queue/parse.ts';
import { queueLine, queueText } from './queues.ts';
import { allOf } from './readings.ts';

const rarely = <T>(usual: T, others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

/** Queues whose tasks are headings, most of which can be read again by themselves. */
const task = fc
  .record({
    heading: rarely('###', ['##', '####', '## Phase 2\n\n###', '## How to work\n\n###', '#']),
    id: rarely(null, ['TASK-2', 'T1', 'T2', 'Q1', 'S3', 'fix-it', 'TECH-DEBT', 'Done', '', '']),
    sign: rarely(': ', [' ', ' — ']),
    title: rarely('Build it', ['Ship it — DONE', '[x] Told', 'Notes', 'Legend', 'P1', '{title}']),
    status: rarely('PENDING', ['DONE', '✅', 'OPEN | DONE', '', 'mostly fine', 'odd']),
    body: fc.oneof(
      { weight: 4, arbitrary: fc.constant(['', '```sh', 'true', '```']) },
      { weight: 1, arbitrary: fc.array(queueLine, { maxLength: 4 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(['as `a <!--'], ['', '#### Notes', 'x'], ['- [ ] a']),
      },
    ),
  })
  .map((parts) => (place: number) => {
    const id = parts.id ?? `TASK-${place}`;
    const heading = `${parts.heading} ${id === '' ? '' : id + parts.sign}${parts.title}`;
    return [heading, `- **Status:** ${parts.status}`, '- **Files:**', ...parts.body, ''].join('\n');
  });

const tasks = fc
  .record({
    top: rarely('# Queue\n', ['', '---\npaused: true\n---\n', '---\n', '# Legend\n', '## Todo\n']),
    made: fc.array(task, { minLength: 3, maxLength: 8 }),
  })
  .map(({ top, made }) => top + made.map((make, place) => make(place)).join('\n'));

/** What an edit looks for from some place on, and what it puts there. */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/^#/m, '##'],
  [/^##/m, '#'],
  [/^### /m, '### P1 '],
  [/^### /m, '### [DONE] '],
  [/^### /m, 'text\n### '],
  [/^### /m, ''],
  [/\n### /, ' '],
  [/TASK-\d/, 'TASK-9'],
  [/TASK-\d/, 'T1'],
  [/: Build/, ' Build'],
  [/Build it/, ''],
  [/Build it/, 'Rebuild it (priority: 3)'],
  [/Build it/, '{title}'],
  [/Build it/, 'Done'],
  [/Build it/, 'Acceptance'],
  [/true/, 'true\n```\n\n---\n\n```sh'],
  [/true/, 'true <!--'],
  [/true/, 'true -->'],
  [/true/, '<<<<<<< theirs'],
  [/true/, 'true\ntrue'],
  [/true\n/, ''],
  [/^```/m, ''],
  [/^```/m, '````'],
  [/^- \*\*Files/m, '- [x] a box\n- **Files'],
  [/^- \*\*Files/m, '- **ID:** TASK-1\n- **Files'],
  [/^- \*\*Files/m, '- **Priority:** P0\n- **Owner:** me\n- **Files'],
  [/^- \*\*Status:\*\*.*\n/m, ''],
  [/^- \[ \]/m, '- [x]'],
  [/^$/m, '```'],
  [/^$/m, '%%'],
  [/^$/m, '#### Notes\n'],
  [/^$/m, '\nNotes\n-----\n'],
  [/^### .*$/m, 'TASK-7: Underlined\n------------------'],
  [/^$/m, '#### ✅ One side\n\n#### 🚧 The other\n'],
  [/^- \*\*Files/m, '\n**Done:**\n- a\n\n**Todo:**\n- b\n- **Files'],
  [/: Build it/, ': Build it (after TASK-1)'],
];

const more = (heading: string, body = '- **Status:** PENDING\n- **Files:**\n\n```sh\ntrue\n```') =>
  `${heading}\n${body}\n\n`;

/** Tasks that a person adds, most of them like the others. */
const ADDED = [
  more('### TASK-77: One more'),
  more('### TASK-78: One more') + more('### TASK-79: And one'),
  more('### TASK-80: One more', '- **Status:** DONE\n- **Files:**'),
  more('### TASK-81: One more', '- **Status:** PENDING'),
  more('### TASK-82: One more', ''),
  more('### TASK-83: One more', '- **Status:** OPEN | DONE\n- **Files:**'),
  more('### TASK-84: One more', '- **Status:** odd\n- **Files:**'),
  more('### TASK-85: One more', '- **Status:** PENDING\n- **Files:**\n\n- [ ] a box\n- [ ] a box'),
  more('### TASK-86: One more', '- **Status:** PENDING\n- **Files:**\n\n---'),
  more('### TASK-87'),
  more('### TASK-88: {title}'),
  more('### task-1: One more'),
  more('### T3: One more'),
  more('### Q7: One more'),
  more('### One more — DONE'),
  more('## TASK-89: One more'),
  more('#### TASK-90: One more'),
];

const ADDING = ADDED.flatMap((added): [RegExp, string][] => [
  [/^(?=### )/m, added],
  [/$/, added],
  [/$/, `\n${added}`],
]);

/** A place as a share of the text, and what is changed from there on; or any characters put there. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  change: fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .constantFrom('PENDING', 'DONE', 'odd', '')
        .map((word) => [STATUS, word] as const),
    },
    { weight: 6, arbitrary: fc.constantFrom(...CHANGES) },
    { weight: 4, arbitrary: fc.constantFrom(...ADDING) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(12), fc.oneof(fc.string({ unit: 'binary' }), queueLine))
        .map(([length, put]) => [new RegExp(`[^]{${length}}`), put] as const),
    },
  ),
});

const STATUS = /(?<=Status:\*\* ).*/;

type Edit = typeof edit extends fc.Arbitrary<infer Made> ? Made : never;

/** The edits one after the other, each of the text that the one before made. */
function* texts(text: string, edits: readonly Edit[]) {
  let now = text;
  for (const { at, change } of edits) {
    const [pattern, put] = change;
    const from = Math.floor(at * now.length);
    const below = now.slice(from).replace(pattern, () => put);
    now = now.slice(0, from) + below;
    yield now;
  }
}

const keeps = (entry: unknown, before: unknown): boolean =>
  entry instanceof Entry && before instanceof Entry && entry.block === before.block;

test('read with an earlier reading at hand, a text says what it says by itself', () => {
  let readings = 0;
  let kept = 0;
  fc.assert(
    fc.property(
      fc.oneof({ weight: 4, arbitrary: tasks }, { weight: 1, arbitrary: queueText }),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (first, edits) => {
        let before = parseQueue(first);
        for (const text of texts(first, edits)) {
          const doc = parseQueue(text, { before });
          expect(allOf(doc)).toEqual(allOf(parseQueue(text)));
          readings++;
          if (doc.entries.some((entry, i) => keeps(entry, before.entries[i]))) kept++;
          before = doc;
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect(kept / readings).toBeGreaterThan(0.1);
});
