import { EXIT, UserError } from '../../core/errors.ts';
import { transaction } from '../../platform/sqlite.ts';
import { isTooLong, PERSON } from '../../queue/message.ts';
import {
  type MessageRecord,
  readMessage,
  readReceived,
  writeMessage,
} from '../../records/message-store.ts';
import type { HouseContext } from '../context.ts';
import { sendAnswer } from './answer.ts';
import { deliver } from './post.ts';
import { refuseFlood, type Sender } from './sender.ts';

/** Newest first; older ones are named by their whole id. */
const MOST = 1000;

/** A person has seen it. */
export function markRead({ db }: HouseContext, id: string): void {
  transaction(db, () => {
    const message = readMessage(db, 'in', id);
    if (message?.state === 'unread') writeMessage(db, { ...message, state: 'read' });
  });
}

/** What came in under this id, an id that ends so, or as this task; null where nothing did. Throws UserError where several. */
export function findReceived({ db }: HouseContext, reference: string): MessageRecord | null {
  const whole = readMessage(db, 'in', reference);
  if (whole !== null) return whole;
  const found = readReceived(db, MOST).filter(
    ({ id, task, type }) =>
      (reference.length >= 4 && id.endsWith(reference)) ||
      (type !== 'answer' && task === reference),
  );
  if (found.length <= 1) return found[0] ?? null;
  throw new UserError(`${reference} names ${found.length} messages`, {
    hint: found.map(({ id }) => id).join(', '),
    exitCode: EXIT.usage,
  });
}

/** Throws UserError where `answerByHand` would. */
export function checkAnswer(
  { db }: HouseContext,
  request: MessageRecord,
  text: string,
  sender: Sender,
): void {
  if (request.type === 'answer') {
    throw new UserError(`${request.id} is an answer itself`, {
      hint: `\`robed send ${request.peer}\` asks something new`,
    });
  }
  if (request.peer === PERSON) {
    throw new UserError(`${request.id} came from a person, who has no inbox`, {
      hint: 'say it to them, or write it into the report',
    });
  }
  if (isTooLong(text)) {
    throw new UserError('expected an answer of at most 60 KB', {
      hint: 'name the file that holds the rest',
      exitCode: EXIT.usage,
    });
  }
  refuseFlood(db, sender.run);
}

/** Answer by hand: nothing is answered by itself afterwards. Throws UserError. */
export function answerByHand(
  context: HouseContext,
  request: MessageRecord,
  text: string,
  sender: Sender,
): MessageRecord {
  const { db } = context;
  const sent = transaction(db, () => {
    checkAnswer(context, request, text, sender);
    if (request.type !== 'approval') {
      writeMessage(db, { ...request, state: request.state === 'open' ? 'closed' : 'read' });
    }
    return sendAnswer(context, request, null, text, sender.run);
  });
  deliver(context, () => {});
  return sent;
}
