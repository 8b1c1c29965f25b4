import type { CommandRow } from './command.ts';

export const REPORTING: readonly CommandRow[] = [
  {
    name: 'progress-report',
    summary: 'how it went: done, failed, running, and what waits for you',
    examples: [
      ['robed progress-report --wizard allegro --since 12h', 'the night of one house, to look at'],
      ['robed progress-report --since 22:00', 'every house on one page'],
      ['robed progress-report --wizard allegro', 'since the last report; kept in home/reports/'],
    ],
    options: [
      {
        flags: '--since <time>',
        summary: 'a duration, a time of day or a date; looks only, keeps nothing',
      },
      { flags: '--quiet', summary: 'keep the report, print nothing' },
    ],
    changes: true,
    load: () => import('./commands/progress-report.ts'),
  },
  {
    name: 'heartbeat',
    summary: 'write a wizard’s sign of life to home/heartbeat.json',
    examples: [
      ['robed heartbeat', 'every house, as the schedule does'],
      ['robed heartbeat --dry-run', 'what it would say'],
    ],
    changes: true,
    load: () => import('./commands/heartbeat.ts'),
  },
  {
    name: 'checkpoint',
    summary: 'commit a house’s own files to its own repository',
    examples: [
      ['robed checkpoint --wizard allegro', 'queue, reports, charter; never secrets or databases'],
      ['robed checkpoint --dry-run', 'which files it would commit'],
    ],
    changes: true,
    load: () => import('./commands/checkpoint.ts'),
  },
];
