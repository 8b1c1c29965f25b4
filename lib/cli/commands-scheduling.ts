import type { CommandRow } from './command.ts';

export const SCHEDULING: readonly CommandRow[] = [];
