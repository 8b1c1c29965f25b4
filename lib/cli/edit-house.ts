import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import { type HouseContext, readHead } from '../operations/context.ts';
import { editQueue } from '../operations/edit-queue.ts';
import { refuseOtherHouse } from '../operations/messages/sender.ts';
import { readQueue, requireReading } from '../operations/read-queue.ts';
import { reconcile } from '../operations/reconcile.ts';
import type { QueueDocument } from '../queue/document.ts';
import type { EditedFile } from './edit-file.ts';

/** Edit a house's queue, and let the house read at once what that means. */
export async function editHouse(
  house: HouseContext,
  { dryRun }: { dryRun: boolean },
  edit: (doc: QueueDocument) => TextEdit[],
): Promise<EditedFile> {
  const { root, name } = house.house;
  refuseOtherHouse(root, house.environment, name);
  const path = house.house.paths.queue;
  const { doc } = requireReading(house, readQueue(house, readHead(house.db)?.hash ?? null));
  const planned = { path, before: doc.text, after: applyEdits(doc.text, edit(doc)) };
  if (dryRun || planned.before === planned.after) return planned;
  const edited = editQueue(house, edit);
  await reconcile(house, { claim: false });
  return { path, ...edited };
}
