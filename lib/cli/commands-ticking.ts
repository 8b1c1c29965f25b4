import type { CommandRow } from './command.ts';

/** What cron fires. */
export const TICKS: readonly CommandRow[] = [
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

/** What a tick starts. */
export const RUNNER: CommandRow = {
  name: 'runner',
  summary: 'supervise one claimed run to its end',
  examples: [['robed runner --root . --wizard allegro --run r-1', 'as dispatch starts it']],
  options: [
    { flags: '--root <dir>', summary: 'the household' },
    { flags: '--wizard <name>', summary: 'the house' },
    { flags: '--run <name>', summary: 'the run' },
    { flags: '--take-over', summary: 'it is under way, and its watcher leaves' },
  ],
  hidden: true,
  load: () => import('./commands/runner.ts'),
};
