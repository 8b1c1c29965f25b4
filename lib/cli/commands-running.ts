import type { CommandRow } from './command.ts';
import { TICKS } from './commands-ticking.ts';
import { START } from './commands-watching.ts';

export const RUNNING: readonly CommandRow[] = [START, ...TICKS];
