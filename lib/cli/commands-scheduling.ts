import type { CommandRow } from './command.ts';

export const SCHEDULING: readonly CommandRow[] = [
  {
    name: 'crontab',
    summary: 'let cron run the houses’ jobs; a marked block per wizard',
    examples: [
      ['robed crontab show', 'the lines, and whether they are installed'],
      ['robed crontab install --dry-run', 'what would change in your crontab'],
      [
        'robed crontab install --wizard allegro',
        'put one wizard’s block in, or bring it up to date',
      ],
      ['robed crontab check', 'does cron run, when did each line fire, would it work'],
      ['robed crontab uninstall', 'take this household’s blocks out'],
    ],
    arguments: [{ name: 'action', summary: 'show, install, uninstall or check' }],
    changes: true,
    load: () => import('./commands/crontab.ts'),
  },
  {
    name: 'systemd',
    summary: 'let systemd run the houses’ jobs; timers of your own account',
    examples: [
      ['robed systemd show --wizard allegro', 'the unit files, and whether they are installed'],
      ['robed systemd install', 'write them to ~/.config/systemd/user, and switch them on'],
      ['robed systemd install --dir units', 'write them elsewhere, switch nothing on'],
      ['robed systemd check', 'is each unit there, and as house.yaml says'],
      ['robed systemd uninstall', 'switch them off and take them away'],
    ],
    arguments: [{ name: 'action', summary: 'show, install, uninstall or check' }],
    options: [
      {
        flags: '--dir <folder>',
        summary: 'where the units stand (else ~/.config/systemd/user)',
        completes: 'file',
      },
    ],
    changes: true,
    load: () => import('./commands/systemd.ts'),
  },
];
