import { parseDuration } from '../../core/duration.ts';
import { EXIT, UserError } from '../../core/errors.ts';
import { type Sent, sendAsHouse, sendAsPerson } from '../../operations/messages/send.ts';
import { knownHouse, senderOf } from '../../operations/messages/sender.ts';
import { parseTime } from '../../queue/field-values.ts';
import { type Message, REQUEST_TYPES, titleOf, URGENCIES } from '../../queue/message.ts';
import { renderRequest } from '../../queue/message-body.ts';
import type { Context } from '../context.ts';
import { withHouse } from '../houses.ts';
import { type Input, textOption, textOptions } from '../input.ts';
import { messageText } from '../message-text.ts';
import { terminalBlock, terminalLine } from '../terminal-text.ts';

/** Puts a message into another house's inbox; its next tick takes it in. */
export async function run(context: Context, input: Input): Promise<number> {
  const root = context.root();
  const to = knownHouse(root, input.args[0] as string);
  const sender = senderOf(root, context.environment, {
    house: textOption(input, 'from'),
    task: textOption(input, 'task'),
  });
  if (sender.house === to) {
    throw new UserError(`expected another house than ${to} itself`, {
      hint: `\`robed add --wizard ${to}\` gives a house a task of its own`,
      exitCode: EXIT.usage,
    });
  }
  if (sender.house === null && sender.task !== null) {
    throw new UserError('--task: expected a task of the house that asks', {
      hint: 'name that house by --from',
      exitCode: EXIT.usage,
    });
  }
  const draft = await readDraft(context, input, to);
  const { dryRun } = context;
  const { house } = sender;
  const sent =
    house === null
      ? sendAsPerson(root, draft, { now: context.clock.now(), dryRun })
      : await withHouse(context, house, (open) => sendAsHouse(open, draft, sender, { dryRun }));
  print(context, to, sent);
  return EXIT.ok;
}

async function readDraft(
  context: Context,
  input: Input,
  to: string,
): Promise<Omit<Message, 'id' | 'from' | 'sent'>> {
  const text = await messageText(context, input, 1);
  const until = textOption(input, 'until');
  return {
    to,
    type: oneOf(REQUEST_TYPES, 'type', textOption(input, 'type') ?? 'task'),
    urgency: oneOf(URGENCIES, 'urgency', textOption(input, 'urgency') ?? 'medium'),
    title: titleOf(text),
    until: until === undefined ? null : timeOf(until, context.clock.now()),
    task: null,
    answers: null,
    status: null,
    body: renderRequest({
      text,
      context: textOption(input, 'context'),
      question: textOption(input, 'question'),
      options: textOptions(input, 'option'),
      recommendation: textOption(input, 'recommendation'),
    }),
  };
}

function oneOf<T extends string>(values: readonly T[], name: string, value: string): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UserError(`--${name}: expected ${values.join(', ')}, found ${JSON.stringify(value)}`, {
    exitCode: EXIT.usage,
  });
}

function timeOf(value: string, now: number): number {
  const time = parseTime(value);
  const wait = time === null ? parseDuration(value) : null;
  if (time !== null) return time;
  if (wait !== null && wait > 0) return now + wait;
  throw new UserError(`--until: expected 2h or 2026-01-31 09:00, found ${JSON.stringify(value)}`, {
    exitCode: EXIT.usage,
  });
}

function print({ out, json, dryRun }: Context, to: string, { id, file, content }: Sent): void {
  if (json) out.json({ version: 1, dryRun, to, id, file, content });
  else if (!dryRun) out.line(terminalLine(`${id}: sent to ${to}`));
  else out.write(terminalBlock(`would write ${file}\n\n${content}`));
}
