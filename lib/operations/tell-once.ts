import { transaction } from '../platform/sqlite.ts';
import { recordEvent } from '../records/event-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import type { HouseContext } from './context.ts';

/**
 * Tell of something that lasts as a warning, once, however often a schedule comes upon it; `null`
 * ends it, so that it is told again where it comes back. Whether it is told now.
 */
export function tellOnce(
  { db, clock }: HouseContext,
  what: string,
  message: string | null,
): boolean {
  const key = `told:${what}`;
  const told = readMeta(db, key) || null;
  if (told === message) return false;
  transaction(db, () => {
    writeMeta(db, key, message ?? '');
    if (message !== null) {
      recordEvent(db, clock.now(), { type: 'system.warning', data: { about: what, message } });
    }
  });
  return message !== null;
}
