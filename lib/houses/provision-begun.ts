import { join } from 'node:path';
import { readPlain } from '../platform/plain-file.ts';
import type { Begun } from './provision.ts';

export const begunPath = (folder: string): string => join(folder, '.provisioning');

/** What a provision that was interrupted had decided; null where none was. */
export function readBegun(folder: string): Begun | null {
  try {
    const found = JSON.parse(readPlain(begunPath(folder), 4096)?.toString('utf8') ?? 'null');
    return found?.version === 1 ? (found as Begun) : null;
  } catch {
    return null;
  }
}

export const renderBegun = (begun: Begun): string => `${JSON.stringify(begun)}\n`;
