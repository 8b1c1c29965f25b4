import type { CommandRow } from './command.ts';

export const REPORTING: readonly CommandRow[] = [];
