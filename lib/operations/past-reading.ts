import type { HousePaths } from '../houses/paths.ts';
import { readVersionText } from '../queue/history-store.ts';
import { type QueueReading, readText } from '../queue/reading.ts';
import type { Version } from '../queue/version.ts';

/** One of the versions as a reading of the queue; null where somebody tidied up the history by hand. */
export function readPast(
  { queue, history }: Pick<HousePaths, 'queue' | 'history'>,
  versions: readonly Version[],
  seq: number,
): QueueReading | null {
  try {
    return readText(queue, Buffer.from(readVersionText(history, versions, seq)));
  } catch {
    return null;
  }
}
