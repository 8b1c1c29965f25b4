import { EXIT, UserError } from '../../core/errors.ts';
import { answerByHand, checkAnswer, findReceived } from '../../operations/messages/read.ts';
import { senderOf } from '../../operations/messages/sender.ts';
import type { MessageRecord } from '../../records/message-store.ts';
import type { Context } from '../context.ts';
import { withHouse } from '../houses.ts';
import type { Input } from '../input.ts';
import { messageText } from '../message-text.ts';
import { terminalLine } from '../terminal-text.ts';

/** Answers a message; inside a run only one that came to the run's own house. */
export async function run(context: Context, input: Input): Promise<number> {
  const reference = input.args[0] as string;
  const { dryRun, json, out } = context;
  const inside = senderOf(context.root(), context.environment, {
    house: undefined,
    task: undefined,
  });
  const wizards = inside.house === null ? context.wizards() : [inside.house];
  const text = await messageText(context, input, 1);
  const { wizard, request } = await findRequest(context, wizards, reference);
  const id = await withHouse(context, wizard, (house) => {
    if (!dryRun) return answerByHand(house, request, text, inside).id;
    checkAnswer(house, request, text, inside);
    return null;
  });
  if (json) out.json({ version: 1, dryRun, wizard, answers: request.id, to: request.peer, id });
  else {
    const would = dryRun ? 'would be ' : '';
    out.line(terminalLine(`${request.id}: ${would}answered to ${request.peer}`));
  }
  return EXIT.ok;
}

async function findRequest(
  context: Context,
  wizards: readonly string[],
  reference: string,
): Promise<{ wizard: string; request: MessageRecord }> {
  const found: { wizard: string; request: MessageRecord }[] = [];
  for (const wizard of wizards) {
    const request = await withHouse(context, wizard, (house) => findReceived(house, reference));
    if (request !== null) found.push({ wizard, request });
  }
  const [first, ...others] = found;
  if (first === undefined) {
    throw new UserError(`expected a message, found no ${JSON.stringify(reference)}`, {
      hint: `\`robed inbox\` lists those of ${wizards.join(', ')}`,
    });
  }
  if (others.length === 0) return first;
  throw new UserError(`${reference} came by message in several houses`, {
    hint: `add --wizard ${found.map(({ wizard }) => wizard).join(' or --wizard ')}`,
    exitCode: EXIT.usage,
  });
}
