import type { CommandRow } from './command.ts';

export const PROVISIONING: readonly CommandRow[] = [];
