import type { QueueEntry } from '../queue/document.ts';
import { assignId, nextId } from '../queue/edit.ts';
import { keyOf } from '../queue/keys.ts';
import type { QueueReading } from '../queue/reading.ts';
import { keysInSeries } from '../records/task-store.ts';
import type { HouseContext } from './context.ts';
import { writeQueue } from './write-queue.ts';

/** Give an entry its id, the next that no task ever had, before it is claimed. */
export function nameEntry(
  context: HouseContext,
  reading: QueueReading,
  entry: QueueEntry,
  tell: (action: string) => void,
): boolean {
  const id = nextId(reading.doc, (prefix) => keysInSeries(context.db, prefix));
  const edits = assignId(reading.doc, entry, id);
  if (writeQueue(context, reading, edits, { renames: { [keyOf(entry)]: id } }))
    tell(`${id}: named "${entry.title}"`);
  return true;
}
