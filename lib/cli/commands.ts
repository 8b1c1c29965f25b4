import type { CommandRow } from './command.ts';
import { CHANGING } from './commands-changing.ts';
import { DOCTOR } from './commands-doctor.ts';
import { GATEWAYS } from './commands-gateways.ts';
import { HIDDEN } from './commands-hidden.ts';
import { LOOKING } from './commands-looking.ts';
import { MESSAGES } from './commands-messages.ts';
import { MONITORING } from './commands-monitoring.ts';
import { PROVISIONING } from './commands-provisioning.ts';
import { REPORTING } from './commands-reporting.ts';
import { RUNNING } from './commands-running.ts';
import { SCHEDULING } from './commands-scheduling.ts';
import { SHELL } from './commands-shell.ts';

/** Every command, by the heading that help shows it under. */
export const COMMAND_GROUPS: readonly (readonly [heading: string, rows: readonly CommandRow[]])[] =
  [
    ['Run the household', RUNNING],
    ['Look', LOOKING],
    ['Change', CHANGING],
    ['Keep house', [...PROVISIONING, ...GATEWAYS, ...SCHEDULING]],
    ['Watch over it', [...MONITORING, ...REPORTING, ...DOCTOR]],
    ['Between houses', MESSAGES],
    ['For your shell', SHELL],
    ['Robed’s own', HIDDEN],
  ];

export const COMMANDS: readonly CommandRow[] = COMMAND_GROUPS.flatMap(([, rows]) => rows);
