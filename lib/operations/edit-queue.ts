import { EXIT, UserError } from '../core/errors.ts';
import { applyEdits, type TextEdit } from '../core/text-edit.ts';
import { replaceByExchange } from '../platform/exchange.ts';
import { hashOf } from '../platform/snapshot.ts';
import { transaction } from '../platform/sqlite.ts';
import type { QueueDocument } from '../queue/document.ts';
import { readText } from '../queue/reading.ts';
import { type HouseContext, readHead } from './context.ts';
import { readQueue, requireReading } from './read-queue.ts';
import { newestSeq } from './write-queue.ts';

/** Saves that land between our reading and our write; each try loses to at most one. */
const TRIES = 50;

/**
 * Edit the queue as a person with an editor would, but on the newest version: the next reconcile
 * reads it like any save. `edit` is asked again where somebody saved in between. Returns the texts
 * before and after. Throws UserError where the queue can't be read or written.
 */
export function editQueue(
  context: HouseContext,
  edit: (doc: QueueDocument) => TextEdit[],
): { before: string; after: string } {
  const { db, house } = context;
  const { queue } = house.paths;
  // The database's write lock keeps Robed's own processes apart; editors are met by the exchange.
  return transaction(db, () => {
    let reading = requireReading(context, readQueue(context, readHead(db)?.hash ?? null));
    let expected = reading.hash;
    for (let tries = 0; tries < TRIES; tries++) {
      const { doc } = reading;
      if (doc.readOnly !== null) {
        throw new UserError(`the queue is read-only: ${doc.readOnly}`, { file: queue });
      }
      const after = applyEdits(doc.text, edit(doc));
      const replaced = replaceByExchange(queue, after, expected);
      if (replaced.kept !== null) {
        const hash = replaced.ok ? expected : hashOf(replaced.displaced ?? '');
        context.displaced.push({
          path: replaced.kept,
          hash,
          by: hashOf(after),
          seq: newestSeq(context),
        });
      }
      if (replaced.ok) return { before: doc.text, after };
      if (replaced.written) {
        // Their save lies under ours: edit theirs, and put that in place of ours.
        reading = readText(queue, replaced.displaced);
        expected = hashOf(after);
      } else {
        reading = requireReading(context, readQueue(context, null));
        expected = reading.hash;
      }
    }
    throw new UserError('somebody saves the queue without pause', {
      file: queue,
      exitCode: EXIT.busy,
      hint: 'try again when it is quiet',
    });
  });
}
