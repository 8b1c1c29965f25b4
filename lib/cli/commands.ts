import type { CommandRow } from './command.ts';
import { CHANGING } from './commands-changing.ts';
import { HIDDEN } from './commands-hidden.ts';
import { LOOKING } from './commands-looking.ts';
import { RUNNING } from './commands-running.ts';

/** Every command, by the heading that help shows it under. */
export const COMMAND_GROUPS: readonly (readonly [heading: string, rows: readonly CommandRow[]])[] =
  [
    ['Run the household', RUNNING],
    ['Look', LOOKING],
    ['Change', CHANGING],
    ['Robed’s own', HIDDEN],
  ];

export const COMMANDS: readonly CommandRow[] = COMMAND_GROUPS.flatMap(([, rows]) => rows);
