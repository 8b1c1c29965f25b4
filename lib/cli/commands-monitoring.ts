import type { CommandRow } from './command.ts';

export const MONITORING: readonly CommandRow[] = [
  {
    name: 'self-monitor',
    summary: 'look at services, gateways, work and machine; start again what is down',
    examples: [
      ['robed self-monitor', 'one look, as cron does every five minutes'],
      ['robed self-monitor --dry-run', 'look, and say what it would do'],
      ['robed self-monitor --json', 'all that it sees, for a program'],
    ],
    changes: true,
    load: () => import('./commands/self-monitor.ts'),
  },
  {
    name: 'alerts',
    summary: 'what was worth an alert lately; send what is due, or a test',
    examples: [
      ['robed alerts', 'the latest, and how each place stands that is told'],
      ['robed alerts test', 'send a test everywhere, and say how each went'],
      ['robed alerts send', 'send what is due, as self-monitor does at its end'],
    ],
    arguments: [
      { name: 'what', summary: '`send` or `test`; without it they are listed', optional: true },
    ],
    options: [{ flags: '--limit <n>', summary: 'how many of the latest (20)' }],
    load: () => import('./commands/alerts.ts'),
  },
];
