import { EXIT } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { editFile } from '../edit-file.ts';
import { type Input, textOption } from '../input.ts';
import { printEdit } from '../print-edit.ts';
import { fieldEdits } from '../set-field.ts';

export async function run(context: Context, input: Input): Promise<number> {
  const [task, field, value] = input.args as [string, string, string];
  const file = textOption(input, 'queue');
  if (file !== undefined) {
    const edited = await editFile(file, context, (doc) => fieldEdits(doc, task, field, value));
    const sentence = `${task}: ${field} is now ${value}`;
    printEdit(context, edited, { wizard: null, task, sentence });
    return EXIT.ok;
  }
  const { setInHouse } = await import('../set-in-house.ts');
  return setInHouse(context, { task, field, value });
}
