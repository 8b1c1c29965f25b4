import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../core/errors.ts';
import { ensureDirectory, moveFile } from '../../platform/files.ts';
import { readPlain } from '../../platform/plain-file.ts';
import { transaction } from '../../platform/sqlite.ts';
import { MESSAGE_BYTES, type Message, messageFile } from '../../queue/message.ts';
import type { QueueReading } from '../../queue/reading.ts';
import { openConflict } from '../../records/conflict-store.ts';
import { readMessage } from '../../records/message-store.ts';
import type { HouseContext } from '../context.ts';
import { quarantine } from '../settle-run.ts';
import { tellOnce } from '../tell-once.ts';
import { type InboxFile, READ, readInbox } from './inbox-files.ts';
import { makeTask } from './make-task.ts';
import { received } from './received.ts';
import { takeAnswer } from './take-answer.ts';

/** So many a round; the rest is for the next. */
const MOST = 200;

/**
 * Take in what lies in the inbox: a request becomes a task, where `writable`; a note, an alert or an
 * answer is recorded and waits to be read; what is no message goes to quarantine. Each file goes to
 * `read/` once the records hold its id, so that a crash in between takes nothing in twice.
 */
export function takeInbox(
  context: HouseContext,
  reading: QueueReading,
  writable: boolean,
  tell: (action: string) => void,
): boolean {
  const { house, clock, db } = context;
  let changed = 0;
  let stuck: string | null = null;
  for (const found of readInbox(house, clock.now())) {
    if (changed === MOST) break;
    const message = 'message' in found ? found.message : null;
    if (message !== null && readMessage(db, 'in', message.id) === null) {
      const taken = take(context, reading, message, writable, tell);
      if (taken === 'waits') continue;
      if (taken === 'again') return true;
    }
    try {
      if (clearAway(context, found, tell)) changed += 1;
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      stuck ??= `${found.file} can't be put away out of the inbox: ${(error as Error).message}`;
    }
  }
  tellOnce(context, 'inbox', stuck);
  return changed > 0;
}

function clearAway(
  context: HouseContext,
  found: InboxFile,
  tell: (action: string) => void,
): boolean {
  if ('message' in found) {
    putAway(context, found);
    return true;
  }
  const gone = quarantine(context, found.path, `no message: ${found.problem}`);
  if (gone) tell(`quarantined ${found.file} of the inbox: ${found.problem}`);
  return gone;
}

/** `again`: the queue was written, so that what was read of it is old. */
function take(
  context: HouseContext,
  reading: QueueReading,
  message: Message,
  writable: boolean,
  tell: (action: string) => void,
): 'taken' | 'waits' | 'again' {
  switch (message.type) {
    case 'answer':
      takeAnswer(context, message);
      tell(`${message.title}: an answer from ${message.from}`);
      return 'taken';
    case 'note':
    case 'alert':
      transaction(context.db, () => received(context, message, { state: 'unread', task: null }));
      tell(`${message.type} from ${message.from}: ${message.title}`);
      return 'taken';
    default: {
      if (!writable) return 'waits';
      const made = makeTask(context, reading, message);
      if (made === 'again') return 'again';
      if (made === null) {
        tellUnfit(context, message);
        return 'waits';
      }
      tell(`${made}: ${message.type} from ${message.from}`);
      return 'again';
    }
  }
}

function putAway(context: HouseContext, { file, path }: InboxFile): void {
  const read = join(context.house.paths.inbox, READ);
  const there = lstatSync(read, { throwIfNoEntry: false });
  // A file, or a link that leads anywhere: somebody works in this house.
  if (there && !there.isDirectory()) quarantine(context, read, 'it stands where a folder has to');
  ensureDirectory(read, 0o700);
  let target = join(read, file);
  for (let n = 2; existsSync(target) && !isSame(path, target); n++)
    target = join(read, `${n}.${file}`);
  moveFile(path, target);
}

/** It came twice, from a house that died before it could record that it had brought it. */
const isSame = (path: string, other: string): boolean =>
  readPlain(path, MESSAGE_BYTES)?.equals(readPlain(other, MESSAGE_BYTES) ?? Buffer.of()) === true;

/** It stays in the inbox, and a person hears of it once. */
function tellUnfit(context: HouseContext, message: Message): void {
  const { db, clock } = context;
  const about = `${messageFile(message.id)} in the inbox (from ${message.from})`;
  openConflict(db, clock.now(), {
    code: 'message-unfit',
    task: null,
    message: `${about} can't be written into this queue as one task: add it by hand, then move the file to inbox/${READ}/ and \`robed settle\``,
  });
}
