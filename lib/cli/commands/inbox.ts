import { EXIT, UserError } from '../../core/errors.ts';
import type { HouseContext } from '../../operations/context.ts';
import { markRead } from '../../operations/messages/read.ts';
import { type InboxItem, type InboxView, viewInbox } from '../../operations/messages/view.ts';
import type { Context } from '../context.ts';
import { forEachHouse } from '../houses.ts';
import type { Input } from '../input.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';
import { localTime } from '../time.ts';

interface Inbox extends InboxView {
  wizard: string;
}

/** Lists what came; one message by its id is shown whole, and counts as read. */
export async function run(context: Context, input: Input): Promise<number> {
  const { dryRun, json, out } = context;
  const reference = input.args[0];
  const all = input.options['all'] === true || reference !== undefined;
  const read = !dryRun && (input.options['read'] === true || reference !== undefined);
  const list = (house: HouseContext): Inbox => {
    const view = viewInbox(house, { all });
    const messages = view.messages.filter(
      ({ id }) => reference === undefined || isNamed(id, reference),
    );
    if (read) for (const { id } of messages) markRead(house, id);
    return { ...view, messages, wizard: house.house.name };
  };
  const { results, exitCode } = await forEachHouse(context, list, { look: !read });
  const shown = results.flatMap(({ messages }) => messages);
  if (reference !== undefined && shown.length === 0 && exitCode === EXIT.ok) {
    throw new UserError(`expected a message, found no ${JSON.stringify(reference)}`, {
      hint: '`robed inbox --all` lists them',
    });
  }
  if (json) {
    const wizards = results.map(({ wizard, messages, unreadable }) => ({
      wizard,
      messages,
      unreadable,
    }));
    out.json({ version: 1, wizards });
  } else if (reference !== undefined) {
    for (const message of shown) out.write(terminalBlock(whole(message)));
  } else {
    for (const inbox of results) for (const line of linesOf(inbox)) out.line(terminalLine(line));
  }
  return exitCode;
}

const isNamed = (id: string, reference: string): boolean =>
  id === reference || (reference.length >= 4 && id.endsWith(reference));

function linesOf({ wizard, messages, unreadable }: Inbox): string[] {
  if (messages.length + unreadable.length === 0) return [`${wizard}: nothing`];
  return [
    `${wizard}:`,
    ...messages.map((message) => `  ${parts(message).join('  ')}`),
    ...unreadable.map(({ file, reason }) => `  ${file}  no message: ${reason}`),
  ];
}

function parts({ id, state, type, from, task, urgency, title, until }: InboxItem): string[] {
  const urgent = urgency === 'critical' || urgency === 'high' ? `${urgency}!` : '';
  return [
    id,
    state.padEnd(7),
    `${type} from ${from}`,
    task ?? '',
    urgent,
    title,
    until === null ? '' : `(until ${localTime(Date.parse(until))})`,
  ].filter((part) => part !== '');
}

function whole(message: InboxItem): string {
  const { id, from, type, urgency, task, sent, until, text, title } = message;
  const head = [
    `${title}`,
    `  ${type} from ${from}, ${localTime(Date.parse(sent))}${urgency === null ? '' : `, ${urgency}`}`,
    ...(until === null ? [] : [`  wanted by ${localTime(Date.parse(until))}`]),
    ...(task === null ? [] : [`  task ${task}`]),
    `  ${id}`,
  ];
  return `${head.join('\n')}\n\n${text ?? '(its file is gone)'}\n`;
}
