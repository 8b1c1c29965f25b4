import { existsSync } from 'node:fs';
import { makeFolders } from '../../houses/furnish.ts';
import type { HouseCheck } from './patient.ts';
import { few, shown } from './words.ts';

/** Of a house that was never started nothing is missing: its first start makes it all. */
export const folders: HouseCheck = {
  of: 'house',
  name: 'folders',
  levels: ['warn'],
  finds: 'a folder of the house that was taken away',
  fine: 'every folder is there, or made at the first start',
  mends: true,
  look({ house, paths, livedIn }, household) {
    if (house === null || !livedIn) return [];
    const { home, work, completed, archive, quarantine, history, logs, workspace } = paths;
    const missing = [home, work, completed, archive, quarantine, history, logs, workspace].filter(
      (folder) => !existsSync(folder),
    );
    if (missing.length === 0) return [];
    const names = few(
      missing.map((folder) => shown(household, folder)),
      8,
    );
    return [
      {
        level: 'warn',
        message: `${names} ${missing.length === 1 ? 'is' : 'are'} gone: what was in there is lost to Robed`,
        fix: `robed doctor --fix --wizard ${house.name}   (the next tick makes them too)`,
        mend: { does: `makes ${names}`, apply: () => makeFolders(house) },
      },
    ];
  },
};
