import { hashOf } from '../platform/snapshot.ts';
import type { QueueDocument } from './document.ts';
import { type KeyedEntries, keyEntries } from './keys.ts';
import { decodeQueue, parseQueue } from './parse.ts';

/** One version of the queue, parsed. */
export interface QueueReading {
  hash: string;
  doc: QueueDocument;
  keyed: KeyedEntries;
  bytes: Buffer;
}

/** What a queue's bytes say; `path` is for messages, `before` an earlier reading of the same file. */
export function readText(
  path: string,
  bytes: Buffer,
  hash = hashOf(bytes),
  before?: QueueDocument,
): QueueReading {
  const decoded = decodeQueue(bytes);
  const doc = parseQueue(decoded.text, { path, ...(before === undefined ? {} : { before }) });
  if (decoded.unreadable && !doc.unreadable) {
    doc.unreadable = true;
    doc.readOnly = decoded.unreadable.message;
    doc.findings.unshift(decoded.unreadable);
  }
  return { hash, doc, keyed: keyEntries(doc), bytes };
}
