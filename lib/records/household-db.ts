import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { packageRoot } from '../core/package-root.ts';
import { IN_MEMORY, openDatabase } from '../platform/sqlite.ts';

/** Where what the houses share is kept, beside robed.yaml. */
export const householdDatabasePath = (root: string): string => join(root, 'household.db');

/** Open it, made where it is missing. Nothing outside follows from it, so a power cut may take the last rows. */
export function openHouseholdDatabase(root: string): DatabaseSync {
  return openAt(householdDatabasePath(root));
}

/** The same for who only looks: nothing is made where nothing was kept yet. */
export function openHouseholdDatabaseToLook(root: string): DatabaseSync {
  const path = householdDatabasePath(root);
  return openAt(existsSync(path) ? path : IN_MEMORY);
}

function openAt(path: string): DatabaseSync {
  return openDatabase(path, {
    migrations: join(packageRoot(), 'migrations', 'household'),
    synchronous: 'NORMAL',
  });
}

/** Open it to look only; null where nothing was ever kept. Throws UserError where it has another schema. */
export function openHouseholdDatabaseToRead(root: string): DatabaseSync | null {
  const path = householdDatabasePath(root);
  if (!existsSync(path)) return null;
  return openDatabase(path, {
    migrations: join(packageRoot(), 'migrations', 'household'),
    synchronous: 'NORMAL',
    readOnly: true,
  });
}
