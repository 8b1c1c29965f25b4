import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where the system has such a place: what is tried is the order of calls, not the disk. */
const MEMORY = '/dev/shm';

/** A folder of this run's own; who asked for it removes it. */
export function workFolder(): string {
  return mkdtempSync(join(inMemory() ? MEMORY : tmpdir(), 'robed-torture-'));
}

function inMemory(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
