import { hashOf } from '../../platform/snapshot.ts';
import { type Message, renderMessage } from '../../queue/message.ts';
import { recordEvent } from '../../records/event-store.ts';
import { type MessageRecord, writeMessage } from '../../records/message-store.ts';
import type { HouseContext } from '../context.ts';

/** Record a message that came in, by its id: from now on it is known. In a transaction. */
export function received(
  context: HouseContext,
  message: Message,
  as: Pick<MessageRecord, 'state' | 'task'>,
): void {
  const { db, clock } = context;
  const { id, type, from, title, answers } = message;
  const now = clock.now();
  writeMessage(db, {
    direction: 'in',
    id,
    type,
    peer: from,
    title,
    run: null,
    textHash: null,
    answers,
    told: null,
    decision: null,
    content: null,
    time: now,
    shown: hashOf(renderMessage(message)),
    ...as,
  });
  recordEvent(db, now, {
    type: 'message.received',
    task: as.task ?? undefined,
    data: { message: id, kind: type, from, title },
  });
}
