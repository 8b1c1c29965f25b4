import type { CommandRow } from './command.ts';

export const MONITORING: readonly CommandRow[] = [];
