import { lstatSync } from 'node:fs';
import { reportPath } from '../houses/paths.ts';
import { removeIfExists } from '../platform/files.ts';
import { self } from '../platform/identity.ts';
import { transaction } from '../platform/sqlite.ts';
import { readEvents } from '../records/event-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import { readSettledSince, unsettleRun } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';

/** Linux writes what is dirty back within 30 s, and looks for it every 5; others are no slower. */
const WRITTEN_BACK_MS = 120_000;

/**
 * A run's end is on disk before its report is written, and the report itself is not synced. So the
 * first look after a boot writes again what a power cut may have taken of the last ones.
 */
export function mendAfterBoot({ db, house }: HouseContext): void {
  const { boot } = self();
  const before = readMeta(db, 'boot');
  if (before === boot) return;
  transaction(db, () => {
    const last = readEvents(db, { last: 1 })[0];
    const since = (last?.time ?? 0) - WRITTEN_BACK_MS;
    for (const run of before === null ? [] : readSettledSince(db, since)) {
      const path = reportPath(house.paths, run.task);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found !== undefined && found.size > 0) continue;
      if (found?.isFile()) removeIfExists(path);
      unsettleRun(db, run.run);
    }
    writeMeta(db, 'boot', boot);
  });
}
