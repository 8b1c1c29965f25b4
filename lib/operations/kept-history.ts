import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../platform/sqlite.ts';
import { appendVersion, keepSave, lastVersion } from '../queue/history-store.ts';
import type { Version } from '../queue/version.ts';
import { dropMeta, readMeta, writeMeta } from '../records/house-db.ts';
import type { HouseContext } from './context.ts';

type SavedVersion = Version & { by: 'person' };

/** A person's save, whole, whose file follows from the records: at most one at a time. */
const PENDING = 'save';

/**
 * Keep a save in the records, in the transaction that is under way: safe with it, and at no price of
 * its own. Whoever uses the history next makes the file.
 */
export function recordSave(db: DatabaseSync, version: SavedVersion, text: string): void {
  writeMeta(db, PENDING, `${JSON.stringify(version)}\n${text}`);
}

/**
 * The folder of past versions, with all that the records keep for it. The files are on disk before
 * the record goes, so that the history holds by itself.
 */
export function historyOf({ db, house }: HouseContext): string {
  const { history } = house.paths;
  if (readMeta(db, PENDING) !== null) transaction(db, () => writePending(db, history));
  return history;
}

/** May be repeated: who died in here may have made the file, and listed it. */
function writePending(db: DatabaseSync, history: string): void {
  const kept = readMeta(db, PENDING);
  if (kept === null) return;
  const end = kept.indexOf('\n');
  const version = JSON.parse(kept.slice(0, end)) as SavedVersion;
  if ((lastVersion(history)?.seq ?? 0) < version.seq) {
    keepSave(history, version.file, kept.slice(end + 1));
    appendVersion(history, version);
  }
  dropMeta(db, PENDING);
}
