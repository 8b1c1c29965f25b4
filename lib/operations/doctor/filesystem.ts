import { existsSync } from 'node:fs';
import type { HouseCheck } from './patient.ts';
import { shown } from './words.ts';

/** statfs(2) and linux/magic.h: filesystems whose files another machine may hold. */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x73757245, 'Coda'],
  [0x65735546, 'FUSE'],
]);

export const filesystem: HouseCheck = {
  of: 'house',
  name: 'filesystem',
  levels: ['warn'],
  finds: 'a house on a network filesystem or FUSE',
  fine: 'it stands on a filesystem of this machine',
  look({ paths }, household) {
    const path = existsSync(paths.home) ? paths.home : paths.house;
    // Some systems give the type as a signed number.
    const name = NETWORK.get(household.machine.filesystem(path).type >>> 0);
    if (name === undefined) return [];
    return [
      {
        level: 'warn',
        message: `${shown(household, path)} is on ${name}: locks, and SQLite’s log, are not safe there, so two machines could run one task`,
        fix: 'move the household to a disk of this machine, and let others reach it by git or ssh',
      },
    ];
  },
};
