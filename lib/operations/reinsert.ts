import { transaction } from '../platform/sqlite.ts';
import { readVersions } from '../queue/history-store.ts';
import { putBack } from '../queue/put-back.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { Version } from '../queue/version.ts';
import { openConflict } from '../records/conflict-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { readTask, writeTask } from '../records/task-store.ts';
import type { HouseContext } from './context.ts';
import { queueGate } from './gate.ts';
import { historyOf } from './kept-history.ts';
import { readPast } from './past-reading.ts';
import { writeQueue } from './write-queue.ts';

/**
 * Put back the block of one task that an old copy dropped from the queue (`planSave` leaves it
 * absent and not missing): as it last stood, beside those it stood with. True where it did.
 */
export function reinsertDropped(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const dropped = [...tasks.values()].find(isDropped);
  if (dropped === undefined) return false;
  const gate = queueGate(context.house, reading.doc);
  if (gate.readOnly !== null || !gate.adopted) return false;
  const old = lastReading(context, dropped.key);
  const entry = old?.keyed.single.get(dropped.key);
  if (!old || !entry)
    return giveUp(context, dropped, 'no version that held it is kept in history/');
  const edits = putBack(reading.doc, old.doc, entry);
  if (edits === null) return giveUp(context, dropped, 'no place is left where it would be read');
  const written = writeQueue(context, reading, edits);
  if (written) tell(`${dropped.key}: put back into the queue`);
  return written;
}

/** How the queue last was with the entry; null where that is not kept. */
function lastReading(context: HouseContext, key: string): QueueReading | null {
  const versions = readVersions(historyOf(context));
  const seq = lastHolding(versions, key);
  return seq === null ? null : readPast(context.house.paths, versions, seq);
}

/** Nothing else of the house is to wait for an entry that can't be had back: it counts as taken out. */
function giveUp({ db, clock }: HouseContext, { key }: TaskRecord, why: string): boolean {
  return transaction(db, () => {
    const task = readTask(db, key);
    if (task === null || !isDropped(task)) return true;
    const now = clock.now();
    writeTask(db, { ...task, missingSince: now });
    openConflict(db, now, {
      code: 'not-kept',
      task: key,
      message: `${key} can't be put back into the queue: ${why}`,
    });
    return true;
  });
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
