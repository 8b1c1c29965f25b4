import type { CommandRow } from './command.ts';

export const RUNNING: readonly CommandRow[] = [
  {
    name: 'start',
    summary: 'run the houses until Ctrl-C, and show them live',
    examples: [
      ['robed start', 'every house of the household'],
      ['robed start --wizard allegro', 'one house'],
      ['robed start --until-idle', 'end when nothing is left to do'],
    ],
    options: [
      {
        flags: '--until-idle',
        summary: 'end when nothing is left to do or to wait for within ten seconds',
      },
    ],
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'dispatch',
    summary: 'claim what is due, start its runners, return',
    examples: [
      ['robed dispatch', 'one tick over every house, as cron does'],
      ['robed dispatch --dry-run', 'what would be claimed, and by which body'],
    ],
    changes: true,
    load: () => import('./commands/dispatch.ts'),
  },
  {
    name: 'task-monitor',
    summary: 'reconcile queue, triggers and reports; repair what a crash left',
    examples: [
      ['robed task-monitor', 'one tick over every house, as cron does'],
      ['robed task-monitor --dry-run', 'what it would mend'],
    ],
    changes: true,
    load: () => import('./commands/task-monitor.ts'),
  },
];
