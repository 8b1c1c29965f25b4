import { closeSync, fstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { errorCode } from '../../core/errors.ts';
import type { House } from '../../houses/household.ts';
import { containedPath } from '../../platform/contained-path.ts';
import { openPlain, readPlain } from '../../platform/plain-file.ts';
import { MESSAGE_BYTES, type Message, parseMessage } from '../../queue/message.ts';
import { isBeingWritten } from '../see-runs.ts';

/** Where messages go that were taken in, in the inbox. */
export const READ = 'read';

export type InboxFile = { file: string; path: string } & (
  | { message: Message }
  | { problem: string }
);

/**
 * What lies in an inbox, oldest first, but for what is still being written; each is read as it is
 * asked for. Nothing in it is believed, and a link leads to no files outside of the household.
 */
export function* readInbox(
  { root, name, paths: { inbox } }: House,
  now: number,
): Generator<InboxFile, void, void> {
  const names = namesIn(inbox);
  // Nearly always: then no look has to follow the path.
  if (names.length === 0 || !containedPath(root, relative(root, inbox)).ok) return;
  for (const file of names) {
    const path = join(inbox, file);
    if (!isBeingWritten(path, now)) yield { file, path, ...readMessageFile(path, name) };
  }
}

/** One file, also of those that were read. */
export function readMessageFile(
  path: string,
  house: string,
): { message: Message } | { problem: string } {
  const size = sizeOf(path);
  if (size === null) return { problem: 'it is no regular file' };
  if (size > MESSAGE_BYTES) {
    return { problem: `it has ${size} bytes; a message has at most ${MESSAGE_BYTES / 1024} KB` };
  }
  const text = readPlain(path, MESSAGE_BYTES)?.toString('utf8');
  if (text === undefined) return { problem: 'it is no regular file' };
  const message = parseMessage(text, house);
  return 'problem' in message ? message : { message };
}

function namesIn(inbox: string): string[] {
  try {
    return readdirSync(inbox)
      .filter((file) => !file.startsWith('.') && !file.endsWith('.tmp') && file !== READ)
      .sort();
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

function sizeOf(path: string): number | null {
  const file = openPlain(path);
  if (file === null) return null;
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
