import type { CommandRow } from './command.ts';

export const START: CommandRow = {
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
};
