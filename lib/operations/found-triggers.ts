import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reportPath, triggerPath } from '../houses/paths.ts';
import { openConflict, readOpenConflicts, settleConflict } from '../records/conflict-store.ts';
import { readMeta, writeMeta } from '../records/house-db.ts';
import type { HouseContext } from './context.ts';
import { stampOf } from './job.ts';
import { readTrigger } from './see-runs.ts';

/** The triggers of other scripts that stood in a house before Robed came, by file name. */
type Found = Record<string, string>;

const KEY = 'found-triggers';
const CODE = 'old-trigger';

/** At the very first opening: what somebody else began stays where it is, and is told. In a transaction. */
export function noteFoundTriggers(context: HouseContext): void {
  const { db, house, clock } = context;
  const found: Found = {};
  for (const file of readdirSync(house.paths.work)) {
    const path = join(house.paths.work, file);
    const stamp = file.endsWith('.active') ? stampOf(path) : null;
    if (stamp === null || readTrigger(path) !== null) continue;
    found[file] = stamp;
    openConflict(db, clock.now(), {
      code: CODE,
      task: basename(file, '.active'),
      message: `${file} was there before Robed: somebody may be at work on it. It is left alone; take the file away when nobody is`,
    });
  }
  if (Object.keys(found).length > 0) writeMeta(db, KEY, JSON.stringify(found));
}

/** As it was when Robed came; what changed since is anybody's. */
export function isFoundTrigger({ db }: HouseContext, path: string): boolean {
  const stamp = readFound(db)[basename(path)];
  return stamp !== undefined && stamp === stampOf(path);
}

/** Why a task is not to be claimed, where somebody else's trigger stands in its place. */
export function foundTriggerOf(context: HouseContext, key: string): string | null {
  const path = triggerPath(context.house.paths, key);
  if (!isFoundTrigger(context, path)) return null;
  return `${basename(path)} stands in work/ from before Robed: somebody may be at work on it. Take that file away when nobody is, then \`robed retry\``;
}

/** The report of a task that somebody began before Robed came is theirs, not a forgery. */
export function isFoundReport({ db, house }: HouseContext, file: string): boolean {
  return Object.keys(readFound(db)).some((trigger) => {
    const task = basename(trigger, '.active');
    return basename(reportPath(house.paths, task)) === file;
  });
}

/** A trigger that was taken away is no longer told of. */
export function settleFoundTriggers(context: HouseContext): void {
  const { db, house, clock } = context;
  for (const file of Object.keys(readFound(db))) {
    if (lstatSync(join(house.paths.work, file), { throwIfNoEntry: false })) continue;
    const open = readOpenConflicts(db).find(
      ({ code, task }) => code === CODE && task === basename(file, '.active'),
    );
    if (open !== undefined) settleConflict(db, clock.now(), open.id);
  }
}

function readFound(db: HouseContext['db']): Found {
  return JSON.parse(readMeta(db, KEY) ?? '{}') as Found;
}
