import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { starterFolders } from '../houses/paths.ts';
import { removeTree } from '../platform/files.ts';
import { mayLive } from '../platform/identity.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';

/** Remove what the shells of dead watchers left, unless a run may still need its exit code. */
export function sweepStarters({ db, house }: HouseContext): void {
  const folder = starterFolders(house.paths);
  if (!existsSync(folder) || readOpenRuns(db).some(({ state }) => state !== 'ended')) return;
  for (const name of readdirSync(folder)) {
    const [, pid, start] = /^(\d+)-(\d+)-\d+$/.exec(name) ?? [];
    if (pid === undefined || start === undefined) continue;
    if (!mayLive({ pid: Number(pid), start })) removeTree(join(folder, name));
  }
}
