import { insertBlock } from '../queue/edit.ts';
import { readVersions, readVersionText } from '../queue/history-store.ts';
import { type QueueReading, readText } from '../queue/reading.ts';
import type { Version } from '../queue/version.ts';
import type { TaskRecord } from '../records/task.ts';
import type { HouseContext } from './context.ts';
import { historyOf } from './kept-history.ts';
import { writeQueue } from './write-queue.ts';

/**
 * Put back the block of one task that an old copy dropped from the queue (`planSave` leaves it
 * absent and not missing): as it last stood, behind the entry it followed. True where it did.
 */
export function reinsertDropped(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const dropped = [...tasks.values()].find(isDropped);
  if (dropped === undefined) return false;
  const { queue } = context.house.paths;
  const history = historyOf(context);
  const versions = readVersions(history);
  const seq = lastHolding(versions, dropped.key);
  if (seq === null) return false;
  const old = readText(queue, Buffer.from(readVersionText(history, versions, seq)));
  const entry = old.keyed.single.get(dropped.key);
  if (entry === undefined) return false;
  const keys = [...old.keyed.single.keys()];
  const before = keys.slice(0, keys.indexOf(dropped.key)).reverse();
  const anchor = before.map((key) => reading.keyed.single.get(key)).find((found) => found);
  const block = old.doc.text.slice(entry.span.start, entry.span.end);
  const written = writeQueue(context, reading, insertBlock(reading.doc, block, anchor));
  if (written) tell(`${dropped.key}: put back into the queue`);
  return written;
}

const isDropped = (task: TaskRecord): boolean =>
  task.fileStatus === null &&
  task.missingSince === null &&
  task.deletedAt === null &&
  task.archivedAt === null;

/** The version before the one that dropped the entry. */
function lastHolding(versions: readonly Version[], key: string): number | null {
  for (let at = versions.length - 1; at > 0; at--) {
    const status = versions[at]?.changes[key]?.status;
    if (status?.[1] === null) return versions[at - 1]?.seq ?? null;
  }
  return null;
}
