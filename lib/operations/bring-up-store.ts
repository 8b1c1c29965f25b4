import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../platform/sqlite.ts';
import type { NewEvent } from '../records/event.ts';
import { recordEvent } from '../records/event-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import type { Half } from './gateways.ts';
import type { BringUp } from './plan-bring-up.ts';

/** null: nothing is known, it is up or was never wanted. */
export const readBringUp = (db: DatabaseSync, half: Half): BringUp | null =>
  JSON.parse(readMeta(db, keyOf(half)) ?? 'null') as BringUp | null;

/**
 * Replace what was known by `next`, with its event. false where somebody else was quicker: of two
 * ticks that see a gateway down, one starts it.
 */
export function changeBringUp(
  db: DatabaseSync,
  half: Half,
  from: BringUp | null,
  to: BringUp | null,
  now: number,
  event?: Omit<NewEvent, 'task' | 'run'>,
): boolean {
  return transaction(db, () => {
    if (JSON.stringify(readBringUp(db, half)) !== JSON.stringify(from)) return false;
    writeMeta(db, keyOf(half), JSON.stringify(to));
    if (event) recordEvent(db, now, { ...event, data: { gateway: half, ...event.data } });
    return true;
  });
}

const keyOf = (half: Half): string => `bring-up:${half}`;
