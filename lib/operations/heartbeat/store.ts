import { readPlain } from '../../platform/plain-file.ts';
import { writePlain } from '../../platform/write-plain.ts';
import type { Heartbeat } from './heartbeat.ts';

const LIMIT = 64 * 1024;

/** The heartbeat of a house, as it stands in its home; null where there is none to be read. */
export function readHeartbeat(path: string): Heartbeat | null {
  const text = readPlain(path, LIMIT)?.toString('utf8') ?? '';
  try {
    const found = JSON.parse(text) as Heartbeat;
    const sound =
      found.version === 1 &&
      typeof found.agent === 'string' &&
      Number.isSafeInteger(found.cycle) &&
      Number.isFinite(Date.parse(found.time));
    return sound ? found : null;
  } catch {
    return null;
  }
}

export function writeHeartbeat(path: string, heartbeat: Heartbeat): void {
  writePlain(path, `${JSON.stringify(heartbeat, null, 2)}\n`);
}
