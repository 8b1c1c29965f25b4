import fc from 'fast-check';
import { STATUSES, type Status } from '../../lib/core/status.ts';

export type Known = Exclude<Status, 'UNKNOWN'>;

export const KNOWN = STATUSES.filter((status): status is Known => status !== 'UNKNOWN');

/** Lines that queues are made of, and some that only look so. */
const LINES = [
  '# Queue',
  '## P0',
  '## P1 — soon',
  '## Todo',
  '## In Progress',
  '## ✅ Done',
  '## Legend',
  '### TASK-001: Build it',
  '### TASK-002 — Ship it',
  '### [DONE] TASK-003: Told',
  '#### Notes',
  '- **Status:** PENDING',
  '- **Status:** DONE (87e114e)',
  '**Status:** IN_PROGRESS | **Priority:** P1',
  'Status: blocked',
  '- [ ] write',
  '- [x] **T-4** wrote',
  '  - [ ] nested',
  '\t- [x] tabbed',
  '- [~] halfway — see notes',
  '- [!] stuck',
  '- [Q] odd mark',
  '* bullet',
  '1. first',
  '   Status: done',
  '2) second',
  '| ID | Task | Status |',
  '|---|---|---|',
  '| A-1 | Do \\| it | TODO |',
  '| A-2 | `a | b` | ✅ Done |',
  '| — | — | — |',
  'A-7 | PENDING | a line of pipes',
  '```sh',
  '```',
  '~~~~',
  '  ```',
  '<!-- - [ ] hidden -->',
  '<!--',
  '-->',
  '%%',
  '---',
  '> quote',
  'prose here',
  'prose with trailing   ',
  '',
  '- foo [queued, normal]',
  '- bar — DONE',
  '- Task: grouped',
  '- Status: pending',
  '- (none)',
  '~~struck~~',
  '[ID-9] under a state',
  '- ✅ rung',
  '- 🚧 B-3: on the bench',
  '  - ⏳ a step of it',
  '- 📅 planned',
  '- ⬜ swept',
  '- **q1** [done] mended',
  '- TODO Oil the hinges',
  '- DONE Wind the clock #tower',
  '- DONE means that it rings',
  '- [ ] polish · P1 · ann',
  '- bar | DONE | @bea',
  '- [ ] hang 📅 2026-05-01 #tower',
  '### A.1 Cast it',
  '### A.2 Ring it — DONE',
  '## Status: READY',
];

export const queueLine = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...LINES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
);

/** Texts that look like queues, with any line end, with and without a BOM and a last line feed. */
export const queueText = fc
  .record({
    lines: fc.array(queueLine, { maxLength: 40 }),
    eol: fc.constantFrom('\n', '\n', '\r\n'),
    bom: fc.boolean(),
    last: fc.boolean(),
  })
  .map(({ lines, eol, bom, last }) => `${bom ? '\ufeff' : ''}${lines.join(eol)}${last ? eol : ''}`);
