import type { DatabaseSync } from 'node:sqlite';
import { prepare } from '../platform/sqlite.ts';

/** Another one after every change to the records, whoever made it: by this connection or another. */
export function changeMark(db: DatabaseSync): string {
  const others = prepare(db, 'PRAGMA data_version').get()?.['data_version'];
  const own = prepare(db, 'SELECT total_changes() AS changes').get()?.['changes'];
  return `${others} ${own}`;
}
