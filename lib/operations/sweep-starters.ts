import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { starterFolders } from '../houses/paths.ts';
import { removeTree } from '../platform/files.ts';
import { liveness, mayLive } from '../platform/identity.ts';
import type { RunRecord } from '../records/run.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';

/**
 * Remove what the shells of dead watchers left, unless somebody who lives may still need an exit
 * code: the run of a dead one is lost whatever its code was.
 */
export function sweepStarters({ db, house }: HouseContext): void {
  const folder = starterFolders(house.paths);
  if (!existsSync(folder) || readOpenRuns(db).some(isHeld)) return;
  for (const name of readdirSync(folder)) {
    const [, pid, start] = /^(\d+)-(\d+)-\d+$/.exec(name) ?? [];
    if (pid === undefined || start === undefined) continue;
    if (!mayLive({ pid: Number(pid), start })) removeTree(join(folder, name));
  }
}

const isHeld = ({ state, holder }: RunRecord): boolean =>
  state !== 'ended' && holder !== null && liveness(holder) !== 'dead';
