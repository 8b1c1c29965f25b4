import type { CommandRow } from './command.ts';

export const DOCTOR: readonly CommandRow[] = [];
