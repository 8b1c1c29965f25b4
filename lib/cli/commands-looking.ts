import type { ArgumentRow, CommandRow } from './command.ts';

const ID: ArgumentRow = { name: 'ID', summary: 'a task’s id or its handle', completes: 'task' };

export const LOOKING: readonly CommandRow[] = [
  {
    name: 'list',
    summary: 'the tasks of the queues, and what is wrong with them',
    examples: [
      ['robed list', 'every house'],
      ['robed list --wizard allegro --json', 'one house, for a program'],
      ['robed list --queue TODO.md', 'any file, house or no house'],
    ],
    options: [{ flags: '--queue <file>', summary: 'read this file instead', completes: 'file' }],
    load: () => import('./commands/list.ts'),
  },
  {
    name: 'show',
    summary: 'one task: its text, its runs, its latest report',
    examples: [['robed show TASK-001', 'what came of it']],
    arguments: [ID],
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'explain',
    summary: 'why a task was or was not dispatched',
    examples: [['robed explain TASK-001', 'every reason, the deciding one first']],
    arguments: [ID],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'status',
    summary: 'what runs, what is next, what needs you',
    examples: [
      ['robed status', 'every house'],
      ['robed status --json', 'for a program'],
    ],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'log',
    summary: 'the events of the houses and of what they share, oldest first',
    examples: [
      ['robed log', 'the latest hundred'],
      ['robed log --follow', 'and whatever comes'],
      ['robed log --task TASK-001 --json', 'one task’s events, a JSON line each'],
    ],
    options: [
      { flags: '--follow', summary: 'go on as events come' },
      { flags: '--task <ID>', summary: 'only this task’s', completes: 'task' },
      { flags: '--limit <n>', summary: 'how many of the latest (100; with --json all)' },
    ],
    load: () => import('./commands/log.ts'),
  },
  {
    name: 'history',
    summary: 'past versions of a queue',
    examples: [
      ['robed history --wizard allegro', 'the versions of thirty days'],
      ['robed history --show 12 --wizard allegro', 'the text of one'],
    ],
    options: [{ flags: '--show <number>', summary: 'print the text of this version instead' }],
    load: () => import('./commands/history.ts'),
  },
];
