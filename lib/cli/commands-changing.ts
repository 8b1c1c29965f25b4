import type { ArgumentRow, CommandRow } from './command.ts';

const ID: ArgumentRow = { name: 'ID', summary: 'a task’s id or its handle', completes: 'task' };

export const CHANGING: readonly CommandRow[] = [
  {
    name: 'add',
    summary: 'append a task to a queue',
    examples: [
      ['robed add "Rotate the gateway token" --wizard allegro', 'with the next free id'],
      ['robed add "Rotate it" --priority P1 --verify "test -s token.txt"', 'with a check'],
      ['robed add "Read the logs" --text - < notes.md', 'with its text from standard input'],
    ],
    arguments: [{ name: 'title', summary: 'one line' }],
    options: [
      { flags: '--id <ID>', summary: 'its id (else the next free one)' },
      { flags: '--priority <P>', summary: 'P0 is the most urgent' },
      { flags: '--depends-on <IDs>', summary: 'what must be complete before, by commas' },
      { flags: '--verify <command>', summary: 'must pass before it counts as complete' },
      {
        flags: '--produces <files>',
        summary: 'must exist, and be new, before it counts as complete',
      },
      { flags: '--body <kind>', summary: 'who does it: shell, model, hermes, …' },
      { flags: '--every <when>', summary: 'a duration or a cron expression' },
      { flags: '--text <text>', summary: 'what to do; `-` reads it from standard input' },
    ],
    changes: true,
    load: () => import('./commands/add.ts'),
  },
  {
    name: 'set',
    summary: 'change one field of a task in the file’s own words',
    examples: [
      ['robed set TASK-001 status deferred', 'park it'],
      ['robed set TASK-001 priority P1 --dry-run', 'show the change only'],
      ['robed set ~k3v9q2xa status done --queue TODO.md', 'in any file, house or no house'],
    ],
    arguments: [
      ID,
      { name: 'field', summary: 'status, priority, title or a field’s label', completes: 'field' },
      { name: 'value', summary: 'the new value' },
    ],
    options: [{ flags: '--queue <file>', summary: 'edit this file instead', completes: 'file' }],
    changes: true,
    load: () => import('./commands/set.ts'),
  },
  {
    name: 'retry',
    summary: 'run a task again, with fresh attempts',
    examples: [['robed retry TASK-001', 'whatever came of it before']],
    arguments: [ID],
    changes: true,
    load: () => import('./commands/retry.ts'),
  },
  {
    name: 'cancel',
    summary: 'cancel a task; stop its run',
    examples: [['robed cancel TASK-001', 'a live run is ended']],
    arguments: [ID],
    changes: true,
    load: () => import('./commands/cancel.ts'),
  },
  {
    name: 'approve',
    summary: 'let a waiting task run, or accept its result',
    examples: [['robed approve TASK-005', 'what `robed status` lists as needing you']],
    arguments: [ID],
    changes: true,
    load: () => import('./commands/approve.ts'),
  },
  {
    name: 'reject',
    summary: 'refuse a waiting task or its result',
    examples: [['robed reject TASK-005 --reason "wrong file"', 'the reason is recorded']],
    arguments: [ID],
    options: [{ flags: '--reason <text>', summary: 'why, for the log and the next attempt' }],
    changes: true,
    load: () => import('./commands/reject.ts'),
  },
  {
    name: 'settle',
    summary: 'accept how a conflict was resolved; its finding goes',
    examples: [
      ['robed settle TASK-001', 'the conflicts of one task'],
      ['robed settle --wizard allegro', 'all of one house'],
    ],
    arguments: [{ ...ID, optional: true }],
    changes: true,
    load: () => import('./commands/settle.ts'),
  },
  {
    name: 'restore',
    summary: 'put a past version of a queue back',
    examples: [['robed restore 12 --wizard allegro', 'a version that `robed history` lists']],
    arguments: [{ name: 'version', summary: 'its number, as `robed history` lists it' }],
    changes: true,
    load: () => import('./commands/restore.ts'),
  },
  {
    name: 'adopt',
    summary: 'take a queue over for dispatch, after showing what is in it',
    examples: [
      ['robed adopt --wizard allegro --dry-run', 'what it found, and what it would do'],
      ['robed adopt --wizard allegro', 'show it, then ask whether to take it over'],
    ],
    options: [{ flags: '--yes', summary: 'take it over without asking' }],
    changes: true,
    load: () => import('./commands/adopt.ts'),
  },
];
