import { transaction } from '../platform/sqlite.ts';
import type { QueueReading } from '../queue/reading.ts';
import { recordEvent } from '../records/event-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import type { HouseContext } from './context.ts';

/** Tell once of each version of the queue that nothing can be read from. */
export function tellUnreadable(context: HouseContext, reading: QueueReading): void {
  const { db, clock } = context;
  if (readMeta(db, 'unreadable') === reading.hash) return;
  transaction(db, () => {
    writeMeta(db, 'unreadable', reading.hash);
    recordEvent(db, clock.now(), {
      type: 'queue.unreadable',
      data: { reason: reading.doc.readOnly, findings: reading.doc.findings.slice(0, 5) },
    });
  });
}
