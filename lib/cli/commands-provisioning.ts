import type { CommandRow } from './command.ts';

export const PROVISIONING: readonly CommandRow[] = [
  {
    name: 'provision',
    summary: 'make a wizard’s house, or what is missing of it',
    examples: [
      ['robed provision ezra', 'with the charter of its name; asks for what is not given'],
      ['robed provision ezra --dry-run', 'every file, and the crontab, as a diff'],
      [
        'robed provision scribe --role archivist --yes',
        'another name, Ezra’s charter, no questions',
      ],
      [
        'robed provision bezalel --provider openrouter --model a/model --key-file key.txt',
        'a model elsewhere',
      ],
      ['robed provision primus --father allegro --schedule child --start', 'and start its gateway'],
    ],
    arguments: [{ name: 'name', summary: 'a-z, 0-9, - and _: the wizard’s' }],
    options: [
      { flags: '--role <text>', summary: 'what it is in the household; may name a charter’s role' },
      {
        flags: '--father <name>',
        summary: 'the house that its reports go to',
        completes: 'wizard',
      },
      { flags: '--model <name>', summary: 'the model that thinks for it (qwen3:8b)' },
      { flags: '--base-url <url>', summary: 'where that is served, with /v1 (Ollama, here)' },
      { flags: '--provider <name>', summary: 'Hermes’ name for the provider (custom)' },
      {
        flags: '--key-file <file>',
        summary: 'holds the model’s key (else ROBED_MODEL_KEY, else asked for, unseen)',
        completes: 'file',
      },
      { flags: '--body <kind>', summary: 'who works: hermes, shell, model, openclaw or external' },
      { flags: '--robe <kind>', summary: 'what it wears: openclaw, or openclaw:PORT' },
      {
        flags: '--codebase <place>',
        summary: 'Hermes: a folder to link to, or a git address to clone',
        completes: 'file',
      },
      { flags: '--port <port>', summary: 'of its gateway (else the next free one)' },
      {
        flags: '--schedule <when>',
        summary: 'all, child, father, none, or "JOB=CRON LINE; JOB=off" (all)',
      },
      { flags: '--start', summary: 'start its gateway, and its robe' },
      { flags: '--no-crontab', summary: 'leave the crontab alone' },
      { flags: '--yes', summary: 'ask nothing' },
    ],
    changes: true,
    load: () => import('./commands/provision.ts'),
  },
  {
    name: 'retire',
    summary: 'move a whole house to retired/, and stop what runs in it',
    examples: [
      ['robed retire ezra', 'what it would do'],
      ['robed retire ezra --yes', 'do it'],
    ],
    arguments: [{ name: 'name', summary: 'the wizard', completes: 'wizard' }],
    options: [{ flags: '--yes', summary: 'do it' }],
    changes: true,
    load: () => import('./commands/retire.ts'),
  },
];
