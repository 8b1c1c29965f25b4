import type { CommandRow } from './command.ts';

export const DOCTOR: readonly CommandRow[] = [
  {
    name: 'doctor',
    summary: 'what is wrong with the houses and the machine, and how to mend it',
    examples: [
      ['robed doctor', 'the household and every house; changes nothing'],
      ['robed doctor --wizard allegro', 'one house, and what it shares with others'],
      ['robed doctor --fix', 'mend what is safe to mend, then look again'],
      ['robed doctor --fix --dry-run', 'what that would mend'],
    ],
    options: [
      {
        flags: '--fix',
        summary: 'mend what is safe: permissions, missing folders, what the dead left behind',
      },
    ],
    changes: true,
    load: () => import('./commands/doctor.ts'),
  },
];
