import { readMessagesIn } from '../../records/message-store.ts';
import type { HouseContext } from '../context.ts';
import { type InboxFile, readInbox } from './inbox-files.ts';

/** As status lists what waits for a person. */
interface MessageNeed {
  code: 'message';
  task: string | null;
  message: string;
}

/** Most that are named one by one. */
const MOST = 5;

/** Messages that wait to be read, and requests that can't be taken in, the queue not being `writable`. */
export function messageNeeds({ db, house, clock }: HouseContext, writable: boolean): MessageNeed[] {
  const unread = readMessagesIn(db, 'in', 'unread');
  const needs = unread.slice(0, MOST).map(
    ({ id, type, peer, title, task }): MessageNeed => ({
      code: 'message',
      task,
      message: `${type} from ${peer}: ${title}; \`robed inbox ${id.slice(-8)}\` shows it`,
    }),
  );
  if (unread.length > MOST) {
    const more = unread.length - MOST;
    needs.push({ code: 'message', task: null, message: `${more} more unread: \`robed inbox\`` });
  }
  const waiting = writable ? 0 : [...readInbox(house, clock.now())].filter(isRequest).length;
  if (waiting > 0) {
    needs.push({
      code: 'message',
      task: null,
      message: `${waiting} in the inbox, to be taken in once the queue is adopted and may be written: \`robed inbox\``,
    });
  }
  return needs;
}

/** The rest is taken in whatever the queue is. */
const isRequest = (file: InboxFile): boolean =>
  'message' in file && !['note', 'alert', 'answer'].includes(file.message.type);
