import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode, UserError } from '../core/errors.ts';
import { resolveTarget } from '../platform/atomic-write.ts';
import { hashOf, readSnapshot } from '../platform/snapshot.ts';
import type { QueueDocument } from '../queue/document.ts';
import { decodeQueue, parseQueue } from '../queue/parse.ts';

export interface QueueFile {
  /** Absolute. */
  path: string;
  /** SHA-256 of its bytes, hex. */
  hash: string;
  bytes: Buffer;
  doc: QueueDocument;
}

const MOST_BYTES = 256 * 1024 * 1024;

/** Read any file as a queue, house or no house. Throws UserError where it can't be read as text. */
export function readQueueFile(given: string, cwd: string): QueueFile {
  const path = resolve(cwd, given);
  return readQueueText(path, snapshotOf(path));
}

/** The same, of bytes that did not come from the file. */
export function readQueueText(path: string, bytes: Buffer): QueueFile {
  const { text, unreadable } = decodeQueue(bytes);
  const doc = parseQueue(text, { path });
  if (unreadable && !doc.unreadable) {
    doc.unreadable = true;
    doc.readOnly = unreadable.message;
    doc.findings.unshift(unreadable);
  }
  return { path, hash: hashOf(bytes), bytes, doc };
}

function snapshotOf(path: string): Buffer {
  try {
    const size = statSync(path).size;
    if (size > MOST_BYTES) {
      throw new UserError(`expected a file of at most 256 MB, found ${size} bytes`, { file: path });
    }
    const snapshot = readSnapshot(path);
    if (snapshot) return snapshot.bytes;
  } catch (error) {
    throw explain(error, path);
  }
  throw new UserError(`expected a queue, ${REASONS['ENOENT']}`, { file: path });
}

/** The folder that the file itself lies in, where links lead to it. Throws UserError where there is none. */
export function folderOf(path: string): string {
  try {
    return dirname(resolveTarget(path));
  } catch (error) {
    throw explain(error, path);
  }
}

function explain(error: unknown, path: string): unknown {
  const reason = REASONS[errorCode(error) ?? ''];
  if (reason === undefined) return error;
  return new UserError(`expected a queue, ${reason}`, { file: path, cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'found no file',
  ENOTDIR: 'found no file',
  EACCES: 'found a file that you may not read',
  EPERM: 'found a file that you may not read',
  EISDIR: 'found a folder',
  EINVAL: 'found something that is no regular file',
  EBUSY: 'found a file that changes without pause',
  ELOOP: 'found links in a circle',
};
