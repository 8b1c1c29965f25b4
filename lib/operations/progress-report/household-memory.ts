import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '../../core/errors.ts';
import { householdDatabasePath, openHouseholdDatabase } from '../../records/household-db.ts';

/**
 * What the household's memory has to say; null where nothing was ever kept. One that is damaged
 * costs no report: `broken` says what stands there instead.
 */
export function fromHousehold<T>(
  root: string,
  look: (db: DatabaseSync) => T,
  broken: (error: UserError) => T,
): T | null {
  if (!existsSync(householdDatabasePath(root))) return null;
  let db: DatabaseSync | null = null;
  try {
    db = openHouseholdDatabase(root);
    return look(db);
  } catch (error) {
    if (error instanceof UserError) return broken(error);
    throw error;
  } finally {
    db?.close();
  }
}
