import { EXIT } from '../core/errors.ts';
import { keyFor } from '../operations/change-task.ts';
import { readTask } from '../records/task-store.ts';
import type { Context } from './context.ts';
import { editHouse } from './edit-house.ts';
import { withTask } from './houses.ts';
import { printEdit } from './print-edit.ts';
import { fieldEdits } from './set-field.ts';
import { terminalLine } from './terminal-text.ts';

/** Set one field in the queue of the house that knows the task. */
export function setInHouse(
  context: Context,
  { task, field, value }: { task: string; field: string; value: string },
): Promise<number> {
  return withTask(context, task, async (house) => {
    const key = keyFor(house, task);
    const edited = await editHouse(house, context, (doc) => fieldEdits(doc, task, field, value));
    const wizard = house.house.name;
    printEdit(context, edited, { wizard, task: key, sentence: `${key}: ${field} is now ${value}` });
    const reason = context.dryRun ? null : readTask(house.db, key)?.reason;
    if (reason) context.messages.line(terminalLine(`${key}: ${reason}`));
    return EXIT.ok;
  });
}
