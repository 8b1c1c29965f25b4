import { transaction } from '../../platform/sqlite.ts';
import type { QueueEntry } from '../../queue/document.ts';
import { nextId } from '../../queue/edit.ts';
import { keyOf } from '../../queue/keys.ts';
import { type Message, URGENCIES } from '../../queue/message.ts';
import { planMessageEntry } from '../../queue/message-entry.ts';
import type { QueueReading } from '../../queue/reading.ts';
import { recordEvent } from '../../records/event-store.ts';
import { newTaskRecord, type TaskRecord } from '../../records/task.ts';
import { keysInSeries, readTask, writeTask } from '../../records/task-store.ts';
import type { HouseContext } from '../context.ts';
import { writeQueue } from '../write-queue.ts';
import { received } from './received.ts';

/**
 * Make a task of a message, exactly once: the entry carries the message's id, and record and entry
 * come about in one transaction around the write. Returns the task's key; null where the queue can't
 * hold it, `again` where the queue moved on meanwhile.
 */
export function makeTask(
  context: HouseContext,
  reading: QueueReading,
  message: Message,
): string | 'again' | null {
  const there = reading.doc.entries.find((entry) => isOf(entry, message));
  if (there !== undefined) return recordAsThere(context, there, message);
  const { doc } = reading;
  const given = (prefix: string) => keysInSeries(context.db, prefix);
  const id = doc.defaults.ids === 'never' ? undefined : nextId(doc, given);
  const asks = message.type === 'approval';
  const planned = planMessageEntry(doc, {
    id,
    titles: [plainTitle(message.title), `Message ${message.id.slice(-8)} from ${message.from}`],
    priority: URGENCIES.indexOf(message.urgency),
    status: asks ? 'REVIEW' : 'PENDING',
    fields: fieldsOf(message),
    body: message.body,
    note: asks ? howToDecide(id) : 'What you report goes back to who asked.',
  });
  if (planned === null) return null;
  const { key, title, state, edits } = planned;
  const written = writeQueue(context, reading, edits, {}, () => {
    const { db, clock } = context;
    const now = clock.now();
    const status = asks ? 'REVIEW' : 'PENDING';
    const record = newTaskRecord(key, title, state.text, status, now);
    writeTask(db, { ...asked(record, message), fileStatus: state.status });
    recordEvent(db, now, {
      type: 'task.created',
      task: key,
      data: { title, status, from: message.from },
    });
    received(context, message, { state: 'open', task: key });
  });
  return written ? key : 'again';
}

/** A process died after the write: the entry was read like any save. */
function recordAsThere(context: HouseContext, entry: QueueEntry, message: Message): string {
  const { db } = context;
  const key = keyOf(entry);
  transaction(db, () => {
    const task = readTask(db, key);
    if (task !== null) writeTask(db, asked({ ...task, held: false }, message));
    received(context, message, { state: 'open', task: key });
  });
  return key;
}

/** Approved, such a task is done: there is nothing of it to run. */
function asked(task: TaskRecord, message: Message): TaskRecord {
  if (message.type !== 'approval' || task.status !== 'REVIEW') return task;
  return { ...task, review: 'after', reason: `${message.from} asks for a decision` };
}

function isOf(entry: QueueEntry, message: Message): boolean {
  return entry.fields.has('from') && entry.fields.get('message')?.value === message.id;
}

function fieldsOf(message: Message): Record<string, string> & { From: string } {
  const { from, id, type, task, until } = message;
  const about = task === null ? from : `${from} ${task.replace(/[^\w.~-]+/g, ' ').trim()}`;
  return {
    From: from,
    Message: id,
    ...(type === 'approval' && { Decides: about }),
    ...((type === 'decision' || type === 'review') && { Wanted: type }),
    ...(until !== null && {
      Until: `${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    }),
  };
}

const howToDecide = (id: string | undefined): string =>
  `Decide with \`robed approve ${id ?? 'HANDLE'}\` or \`robed reject ${id ?? 'HANDLE'}\`.`;

/** Without what Markdown or a queue would read in it. */
function plainTitle(title: string): string {
  return title
    .replace(/[`*_~#|[\]<>{}\\]/g, ' ')
    .replace(/^[\s\-+.:)(>\d]+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
