import type { CommandRow } from './command.ts';

export const MESSAGES: readonly CommandRow[] = [];
