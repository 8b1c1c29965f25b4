import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../platform/snapshot.ts';
import { transaction } from '../../platform/sqlite.ts';
import { keyOf } from '../../queue/keys.ts';
import { isMessageId, messageFile, renderMessage } from '../../queue/message.ts';
import type { QueueReading } from '../../queue/reading.ts';
import { hasMessages, writeMessage } from '../../records/message-store.ts';
import type { TaskRecord } from '../../records/task.ts';
import type { HouseContext } from '../context.ts';
import { READ, readMessageFile } from './inbox-files.ts';

/**
 * A house that lost its memory: entries name the messages that they were made of, and the messages
 * stand in `read/`. An end that stands already counts as answered.
 */
export function rebuildMessages(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
): boolean {
  const { db, house } = context;
  const folder = join(house.paths.inbox, READ);
  if (hasMessages(db) || !existsSync(folder)) return false;
  let found = false;
  for (const entry of reading.doc.entries) {
    const id = entry.fields.get('message')?.value ?? '';
    if (!entry.fields.has('from') || !isMessageId(id)) continue;
    const file = readMessageFile(join(folder, messageFile(id)), house.name);
    if (!('message' in file)) continue;
    const { message } = file;
    const key = keyOf(entry);
    const status = tasks.get(key)?.status ?? null;
    const over = status === 'COMPLETE' || status === 'CANCELLED' || status === 'FAILED';
    transaction(db, () =>
      writeMessage(db, {
        direction: 'in',
        id,
        type: message.type,
        peer: message.from,
        title: message.title,
        task: key,
        run: null,
        textHash: null,
        answers: null,
        state: over ? 'closed' : 'open',
        told: over ? status : null,
        decision: null,
        content: null,
        time: message.sent,
        shown: hashOf(renderMessage(message)),
      }),
    );
    found = true;
  }
  return found;
}
