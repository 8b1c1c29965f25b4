import { EXIT } from '../../core/errors.ts';
import { STATUS_LABELS } from '../../queue/fields-scan.ts';
import { normaliseLabel } from '../../queue/labels.ts';
import type { Context } from '../context.ts';
import { editFile } from '../edit-file.ts';
import { type Input, textOption } from '../input.ts';
import { printEdit } from '../print-edit.ts';
import { fieldEdits } from '../set-field.ts';

export async function run(context: Context, input: Input): Promise<number> {
  const [task, field, value] = input.args as [string, string, string];
  const file = textOption(input, 'queue');
  if (context.environment['ROBED_RUN']) await refuseInsideRun(context, field, file);
  if (file !== undefined) {
    const edited = await editFile(file, context, (doc) => fieldEdits(doc, task, field, value));
    const sentence = `${task}: ${field} is now ${value}`;
    printEdit(context, edited, { wizard: null, task, sentence });
    return EXIT.ok;
  }
  const { setInHouse } = await import('../set-in-house.ts');
  return setInHouse(context, { task, field, value });
}

/** A status is a person's word, wherever it stands; the rest is written in no other house's queue. */
async function refuseInsideRun(
  context: Context,
  field: string,
  file: string | undefined,
): Promise<void> {
  const [change, other] = await Promise.all([
    import('../../operations/change-task.ts'),
    import('../refuse-other-queue.ts'),
  ]);
  if (STATUS_LABELS.has(normaliseLabel(field))) change.refuseInsideRun(context.environment, 'set');
  if (file !== undefined) await other.refuseOtherQueue(context, file);
}
