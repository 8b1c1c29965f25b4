import { BODY_KINDS } from '../../bodies/body.ts';
import { EXIT, UserError } from '../../core/errors.ts';
import { applyEdits, type TextEdit } from '../../core/text-edit.ts';
import type { HouseContext } from '../../operations/context.ts';
import { parseRecurrence } from '../../operations/recurrence.ts';
import type { NewTask } from '../../queue/append.ts';
import type { QueueDocument } from '../../queue/document.ts';
import { appendTask, nextId } from '../../queue/edit.ts';
import { plainText } from '../../queue/inline.ts';
import { parseQueue } from '../../queue/parse.ts';
import { keysInSeries, readTask } from '../../records/task-store.ts';
import { propertyName } from '../command.ts';
import type { Context } from '../context.ts';
import { editHouse } from '../edit-house.ts';
import { oneWizard, withHouse } from '../houses.ts';
import { type Input, textOption } from '../input.ts';
import { printEdit } from '../print-edit.ts';
import { priorityOf } from '../set-field.ts';
import { readStandardInput } from '../standard-input.ts';

const FIELDS: readonly (readonly [option: string, label: string])[] = [
  ['--depends-on', 'Depends on'],
  ['--verify', 'Verify'],
  ['--produces', 'Produces'],
  ['--body', 'Body'],
  ['--every', 'Every'],
];

/** What a task would be blocked for as soon as it is due. */
const FORMS: Readonly<Record<string, readonly [fits: (value: string) => boolean, form: string]>> = {
  '--body': [
    (value) => BODY_KINDS.some((kind) => kind === value.toLowerCase()),
    `one of ${BODY_KINDS.join(', ')}`,
  ],
  '--every': [
    (value) => parseRecurrence(value.replace(/^every\s+/i, '')) !== null,
    'a duration or a cron expression of five fields',
  ],
};

export async function run(context: Context, input: Input): Promise<number> {
  const wanted = await readWanted(input);
  const wizard = oneWizard(context);
  await withHouse(context, wizard, async (house) => {
    let id: string | undefined;
    const edited = await editHouse(house, context, (doc) => {
      id = idFor(doc, house, wanted.id);
      try {
        return append(doc, { ...wanted, ...(id !== undefined && { id }) });
      } catch (error) {
        // A table without a column for ids, say: nobody asked for one.
        if (wanted.id !== undefined || doc.entries.some((entry) => entry.id !== null)) throw error;
        id = undefined;
        return append(doc, wanted);
      }
    });
    const task = id ?? wanted.title;
    printEdit(context, edited, {
      wizard,
      task,
      sentence: `${task}: added to the queue of ${wizard}`,
    });
  });
  return EXIT.ok;
}

/** Where the section does not give it its priority, a field does. */
function append(doc: QueueDocument, task: NewTask): TextEdit[] {
  const { priority, ...rest } = task;
  const edits = appendTask(doc, task);
  if (priority === undefined) return edits;
  const { entries } = parseQueue(applyEdits(doc.text, edits), { before: doc });
  const title = plainText(task.title.trim());
  const said = entries.some((entry) => entry.title === title && entry.priority === priority);
  if (said) return edits;
  return appendTask(doc, { ...rest, fields: { Priority: `P${priority}`, ...rest.fields } });
}

async function readWanted(input: Input): Promise<NewTask> {
  const fields: Record<string, string> = {};
  for (const [option, label] of FIELDS) {
    const value = textOption(input, propertyName(option));
    if (value === undefined) continue;
    const [fits, form] = FORMS[option] ?? [(said: string) => said.trim() !== '', 'something'];
    if (!fits(value)) {
      throw new UserError(`${option}: expected ${form}, found ${JSON.stringify(value)}`, {
        exitCode: EXIT.usage,
      });
    }
    fields[label] = value;
  }
  const id = textOption(input, 'id');
  const priority = textOption(input, 'priority');
  const text = textOption(input, 'text');
  return {
    title: input.args[0] as string,
    fields,
    ...(id !== undefined && { id }),
    ...(priority !== undefined && { priority: priorityOf(priority) }),
    ...(text !== undefined && { text: text === '-' ? await readStandardInput() : text }),
  };
}

/** The id asked for where nobody ever had it, else the next free one; none where the queue gives none. */
function idFor(doc: QueueDocument, house: HouseContext, asked?: string): string | undefined {
  const next = () => nextId(doc, (prefix) => keysInSeries(house.db, prefix));
  if (asked === undefined) return doc.defaults.ids === 'never' ? undefined : next();
  const stands = doc.entries.some(({ id }) => id?.toLowerCase() === asked.toLowerCase());
  const taken = stands || readTask(house.db, asked) !== null;
  if (!taken) return asked;
  throw new UserError(`expected an id that no task ever had, found ${asked}`, {
    hint: `the next free one is ${next()}; it is taken where --id is left out`,
    exitCode: EXIT.usage,
  });
}
