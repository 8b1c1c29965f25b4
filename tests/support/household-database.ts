import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { openHouseholdDatabase } from '../../lib/records/household-db.ts';

/** A household without houses, its memory open; both gone when the test has finished. */
export function emptyHousehold(): { root: string; db: DatabaseSync } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-household-')));
  mkdirSync(join(root, 'wizards'));
  onTestFinished(() =>
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  );
  const db = openHouseholdDatabase(root);
  onTestFinished(() => db.close());
  return { root, db };
}
