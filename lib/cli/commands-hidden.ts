import type { CommandRow } from './command.ts';
import { RUNNER } from './commands-ticking.ts';

/** What Robed starts itself, and the script of shell completion. */
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
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    examples: [['robed completion bash', 'for `source <(…)`; also zsh, fish, powershell']],
    arguments: [{ name: 'shell', summary: 'bash, zsh, fish or powershell', completes: 'shell' }],
    hidden: true,
    load: () => import('./commands/completion.ts'),
  },
];
