import type { CommandRow } from './command.ts';

export const GATEWAYS: readonly CommandRow[] = [];
