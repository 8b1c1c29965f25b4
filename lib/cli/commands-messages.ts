import type { CommandRow, OptionRow } from './command.ts';

const FILE: OptionRow = {
  flags: '--file <file>',
  summary: 'read the text from this file; `-` is standard input',
  completes: 'file',
};

export const MESSAGES: readonly CommandRow[] = [
  {
    name: 'send',
    summary: 'ask or tell another house something',
    examples: [
      ['robed send ezra "Which commit broke the login?" --from allegro', 'a task for ezra'],
      [
        'robed send timmy "Which way?" --type decision --option "A: wait; pro safe; con slow" --option "B: go on"',
        'with what to choose from',
      ],
      ['robed send ezra --file notes.md --type note --dry-run', 'a file’s text, shown only'],
    ],
    arguments: [
      { name: 'house', summary: 'who it goes to', completes: 'wizard' },
      { name: 'text', summary: 'what is asked or told', optional: true },
    ],
    options: [
      { flags: '--from <name>', summary: 'the house that asks (else you do)', completes: 'wizard' },
      { flags: '--type <type>', summary: 'task, decision, approval, review, note or alert (task)' },
      { flags: '--urgency <level>', summary: 'critical, high, medium or low (medium)' },
      { flags: '--context <text>', summary: 'what it is about' },
      { flags: '--question <text>', summary: 'what is asked' },
      {
        flags: '--option <text>',
        summary: 'one way, as "A: go on; pro fast; con risky"',
        repeats: true,
      },
      { flags: '--recommendation <text>', summary: 'what the asking side would do' },
      { flags: '--until <when>', summary: 'by when: 2h, or 2026-01-31 09:00' },
      {
        flags: '--task <ID>',
        summary: 'the asking house’s task that it is about',
        completes: 'task',
      },
      FILE,
    ],
    changes: true,
    load: () => import('./commands/send.ts'),
  },
  {
    name: 'inbox',
    summary: 'what other houses asked or told',
    examples: [
      ['robed inbox', 'of every house, what is open or unread'],
      ['robed inbox 20261121T103000-k3x9w2pq', 'one message, whole; it counts as read then'],
      ['robed inbox --all --wizard ezra', 'also what was read'],
    ],
    arguments: [{ name: 'message', summary: 'a message’s id, or its end', optional: true }],
    options: [
      { flags: '--all', summary: 'also what was read and settled' },
      { flags: '--read', summary: 'mark all that is shown as read' },
    ],
    changes: true,
    load: () => import('./commands/inbox.ts'),
  },
  {
    name: 'answer',
    summary: 'answer a message by hand',
    examples: [
      ['robed answer 20261121T103000-k3x9w2pq "It was 87e114e"', 'to the house that asked'],
      ['robed answer TASK-012 --file reply.md', 'by the task that the message became'],
    ],
    arguments: [
      { name: 'message', summary: 'a message’s id, its end, or its task’s id', completes: 'task' },
      { name: 'text', summary: 'the answer', optional: true },
    ],
    options: [FILE],
    changes: true,
    load: () => import('./commands/answer.ts'),
  },
];
