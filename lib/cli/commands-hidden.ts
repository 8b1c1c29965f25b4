import type { CommandRow } from './command.ts';
import { RUNNER } from './commands-ticking.ts';

/** What Robed starts itself. */
export const HIDDEN: readonly CommandRow[] = [
  RUNNER,
  {
    name: 'body-model',
    summary: 'ask a model, as the model body does',
    examples: [['robed body-model job.json', 'the answer goes to standard output']],
    arguments: [{ name: 'file', summary: 'a job that the model body wrote', completes: 'file' }],
    hidden: true,
    load: () => import('./commands/body-model.ts'),
  },
  {
    name: 'body-hermes',
    summary: 'carry one run through a Hermes gateway, as the hermes body does',
    examples: [['robed body-hermes job.json', 'the answer goes to standard output']],
    arguments: [{ name: 'file', summary: 'a job that the hermes body wrote', completes: 'file' }],
    hidden: true,
    load: () => import('./commands/body-hermes.ts'),
  },
];
