import type { CommandRow } from './command.ts';

export const GATEWAYS: readonly CommandRow[] = [
  {
    name: 'gateway',
    summary: 'start, stop or look at the gateways of robe and body',
    examples: [
      ['robed gateway status', 'state, process, port, version and age of each'],
      ['robed gateway start --wizard ezra', 'and wait until they answer'],
      ['robed gateway restart --only body', 'the Hermes of every house'],
    ],
    arguments: [{ name: 'action', summary: 'start, stop, restart or status' }],
    options: [{ flags: '--only <half>', summary: 'body (Hermes) or robe (OpenClaw)' }],
    changes: true,
    load: () => import('./commands/gateway.ts'),
  },
  {
    name: 'body',
    summary: 'bring a body’s program into the household',
    examples: [
      ['robed body install hermes', 'Hermes Agent from PyPI, into hermes-agent/'],
      ['robed body install hermes --into /srv/hermes', 'into a folder that households share'],
      [
        'robed body install hermes --version 0.19.0 --python python3.12',
        'another version or Python',
      ],
    ],
    arguments: [
      { name: 'action', summary: 'install' },
      { name: 'program', summary: 'hermes' },
    ],
    options: [
      {
        flags: '--into <dir>',
        summary: 'where to (else robed.yaml’s codebase, else hermes-agent/)',
        completes: 'file',
      },
      { flags: '--version <number>', summary: 'of hermes-agent on PyPI (0.19.0)' },
      {
        flags: '--python <program>',
        summary: 'a Python from 3.11 to 3.13 (else the first that is found)',
      },
    ],
    changes: true,
    load: () => import('./commands/body.ts'),
  },
];
