import { randomInt } from 'node:crypto';
import { EXIT, UserError } from '../../core/errors.ts';
import { transaction } from '../../platform/sqlite.ts';
import {
  MESSAGE_BYTES,
  type Message,
  messageFile,
  messageId,
  PERSON,
  renderMessage,
} from '../../queue/message.ts';
import { readOpenConflicts } from '../../records/conflict-store.ts';
import { readMessage } from '../../records/message-store.ts';
import { keyFor } from '../change-task.ts';
import type { HouseContext } from '../context.ts';
import { deliver, inboxOf, post, putIntoInbox } from './post.ts';
import { refuseFlood, type Sender } from './sender.ts';

export interface Sent {
  id: string;
  file: string;
  content: string;
}

/** A person's own message: straight into the other inbox. Throws UserError. */
export function sendAsPerson(
  root: string,
  draft: Omit<Message, 'id' | 'from' | 'sent'>,
  options: { now: number; dryRun: boolean },
): Sent {
  const id = messageId(options.now, () => randomInt(2 ** 32) / 2 ** 32);
  const content = renderMessage({ ...draft, id, from: PERSON, sent: options.now });
  refuseLarge(content);
  const inbox = inboxOf(root, draft.to);
  if (inbox === null) {
    throw new UserError(`the inbox of ${draft.to} leads out of the household`, {
      exitCode: EXIT.config,
    });
  }
  if (!options.dryRun) putIntoInbox(inbox, id, content);
  return { id, file: `${inbox}/${messageFile(id)}`, content };
}

/** A house's message: recorded with it, then brought. Throws UserError. */
export function sendAsHouse(
  context: HouseContext,
  draft: Omit<Message, 'id' | 'from' | 'sent'>,
  sender: Sender,
  options: { dryRun: boolean },
): Sent {
  const { db, house, clock, random } = context;
  const task = sender.task === null ? null : keyFor(context, sender.task);
  const inbox = inboxOf(house.root, draft.to);
  if (inbox === null) throw new UserError(`the inbox of ${draft.to} leads out of the household`);
  const whole = { ...draft, task };
  const sent = clock.now();
  if (options.dryRun) {
    const id = messageId(sent, random);
    const content = renderMessage({ ...whole, id, from: house.name, sent });
    return { id, file: `${inbox}/${messageFile(id)}`, content };
  }
  const record = transaction(db, () => {
    refuseFlood(db, sender.run);
    const made = post(context, whole, { task, run: sender.run, textHash: null });
    refuseLarge(made.content ?? '');
    return made;
  });
  deliver(context, () => {});
  const { id, content } = record;
  if (readMessage(db, 'out', id)?.state === 'due') {
    const told = readOpenConflicts(db).find(
      ({ code, message }) =>
        code === 'undelivered' && message.startsWith(`messages to ${draft.to} `),
    );
    const why = told === undefined ? '' : `: ${told.message}`;
    throw new UserError(`${id} could not be delivered yet${why}`, {
      hint: `it waits in the house ${house.name}, and its next tick tries again`,
    });
  }
  return { id, file: `${inbox}/${messageFile(id)}`, content: content ?? '' };
}

function refuseLarge(content: string): void {
  const bytes = Buffer.byteLength(content);
  if (bytes <= MESSAGE_BYTES) return;
  throw new UserError(
    `expected a message of at most ${MESSAGE_BYTES / 1024} KB, found ${Math.ceil(bytes / 1024)} KB`,
    { hint: 'name the file that holds the rest', exitCode: EXIT.usage },
  );
}
