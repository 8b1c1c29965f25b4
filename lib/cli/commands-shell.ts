import type { CommandRow } from './command.ts';

export const SHELL: readonly CommandRow[] = [
  {
    name: 'completion',
    summary: 'print the script by which a shell completes our commands',
    examples: [['robed completion bash', 'for `source <(…)`; also zsh, fish, powershell']],
    arguments: [{ name: 'shell', summary: 'bash, zsh, fish or powershell', completes: 'shell' }],
    houseless: true,
    load: () => import('./commands/completion.ts'),
  },
];
