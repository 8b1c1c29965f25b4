import { join, relative } from 'node:path';
import { houseNames } from '../../houses/household.ts';
import { housePaths } from '../../houses/paths.ts';
import { createExclusive } from '../../platform/atomic-write.ts';
import { containedPath } from '../../platform/contained-path.ts';
import { hashOf } from '../../platform/snapshot.ts';
import { transaction } from '../../platform/sqlite.ts';
import { type Message, messageFile, messageId, renderMessage } from '../../queue/message.ts';
import { openConflict } from '../../records/conflict-store.ts';
import { recordEvent } from '../../records/event-store.ts';
import { type MessageRecord, readMessagesIn, writeMessage } from '../../records/message-store.ts';
import type { HouseContext } from '../context.ts';

/** What of its own a house remembers with a message that it sends. */
interface About {
  task: string | null;
  run: string | null;
  /** Hash of the words that an approval is asked for. */
  textHash: string | null;
}

/**
 * Put a message of this house into its outbox; `deliver` brings it. In the transaction that it
 * follows from, it is sent exactly once.
 */
export function post(
  context: HouseContext,
  draft: Omit<Message, 'id' | 'from' | 'sent'>,
  about: About,
): MessageRecord {
  const { db, clock, house, random } = context;
  const sent = clock.now();
  const message: Message = { ...draft, id: messageId(sent, random), from: house.name, sent };
  const content = renderMessage(message);
  const record: MessageRecord = {
    direction: 'out',
    id: message.id,
    type: message.type,
    peer: message.to,
    title: message.title,
    ...about,
    answers: message.answers,
    state: 'due',
    told: null,
    decision: null,
    content,
    time: sent,
    shown: hashOf(content),
  };
  writeMessage(db, record);
  return record;
}

/**
 * Bring what is due into the other inboxes. A crash in between brings it twice, under the same id,
 * which the other house knows.
 */
export function deliver(context: HouseContext, tell: (action: string) => void): boolean {
  const due = readMessagesIn(context.db, 'out', 'due');
  let delivered = false;
  for (const message of due) {
    try {
      if (deliverOne(context, message))
        tell(`sent ${message.type} ${message.id} to ${message.peer}`);
      delivered = true;
    } catch (error) {
      tellUndelivered(context, message, error as Error);
    }
  }
  return delivered;
}

function deliverOne(context: HouseContext, message: MessageRecord): boolean {
  const { db, clock, house } = context;
  const inbox = inboxOf(house.root, message.peer);
  if (inbox !== null) putIntoInbox(inbox, message.id, message.content ?? '');
  return transaction(db, () => {
    writeMessage(db, { ...message, state: inbox === null ? 'lost' : 'sent', content: null });
    const { id, type, peer: to, title, task, run } = message;
    recordEvent(db, clock.now(), {
      type: inbox === null ? 'system.warning' : 'message.sent',
      task: task ?? undefined,
      run: run ?? undefined,
      data:
        inbox === null
          ? { message: `there is no house ${to} that ${id} could go to` }
          : { message: id, kind: type, to, title },
    });
    return inbox !== null;
  });
}

/** The inbox of a house of this household; null where there is none, or it leads elsewhere. */
export function inboxOf(root: string, wizard: string): string | null {
  if (!houseNames(root).includes(wizard)) return null;
  const { inbox } = housePaths(join(root, 'wizards', wizard));
  return containedPath(root, relative(root, inbox)).ok ? inbox : null;
}

/** Whole or not at all; false where it is there already. */
export function putIntoInbox(inbox: string, id: string, content: string): boolean {
  return createExclusive(join(inbox, messageFile(id)), content, {
    mode: 0o600,
    directoryMode: 0o700,
  });
}

/** It stays due, and a person hears of it once. */
function tellUndelivered(context: HouseContext, message: MessageRecord, error: Error): void {
  const { db, clock } = context;
  const told = `messages to ${message.peer} can't be delivered: ${error.message}`;
  transaction(db, () =>
    openConflict(db, clock.now(), { code: 'undelivered', task: null, message: told }),
  );
}
