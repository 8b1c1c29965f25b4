import { join } from 'node:path';
import { messageFile, type Urgency } from '../../queue/message.ts';
import { readReceived } from '../../records/message-store.ts';
import type { HouseContext } from '../context.ts';
import { READ, readInbox, readMessageFile } from './inbox-files.ts';

/** A message as `robed inbox` shows it. All text is untrusted. */
export interface InboxItem {
  id: string;
  /** `waiting` (still in the inbox), `open`, `unread`, `read`, `decided`, `closed`. */
  state: string;
  type: string;
  from: string;
  title: string;
  task: string | null;
  urgency: Urgency | null;
  /** ISO 8601. */
  sent: string;
  until: string | null;
  /** null where the file is gone. */
  text: string | null;
}

/** Files that are no messages yet, or none at all, come with their reason. */
export interface InboxView {
  messages: InboxItem[];
  unreadable: { file: string; reason: string }[];
}

/** Longest list of what waits, and of what was taken in. */
const MOST = 500;

/** What came to a house, newest first; what a person has seen only with `all`. Changes nothing. */
export function viewInbox(context: HouseContext, options: { all: boolean }): InboxView {
  const { house, clock, db } = context;
  const view: InboxView = { messages: [], unreadable: [] };
  for (const found of readInbox(house, clock.now())) {
    if (view.messages.length + view.unreadable.length >= MOST) break;
    if ('problem' in found) {
      view.unreadable.push({ file: found.file, reason: found.problem });
      continue;
    }
    const { id, type, from, title, urgency, sent, until, body } = found.message;
    view.messages.push({
      id,
      state: 'waiting',
      type,
      from,
      title,
      task: null,
      urgency,
      sent: iso(sent),
      until: until === null ? null : iso(until),
      text: body,
    });
  }
  const waiting = new Set(view.messages.map(({ id }) => id));
  for (const row of readReceived(db, MOST)) {
    if (waiting.has(row.id)) continue;
    if (!options.all && row.state !== 'open' && row.state !== 'unread') continue;
    const file = readMessageFile(join(house.paths.inbox, READ, messageFile(row.id)), house.name);
    const message = 'message' in file ? file.message : null;
    view.messages.push({
      id: row.id,
      state: row.state,
      type: row.type,
      from: row.peer,
      title: row.title,
      task: row.task,
      urgency: message?.urgency ?? null,
      sent: iso(message?.sent ?? row.time),
      until: message?.until == null ? null : iso(message.until),
      text: message?.body ?? null,
    });
  }
  return view;
}

const iso = (time: number): string => new Date(time).toISOString();
