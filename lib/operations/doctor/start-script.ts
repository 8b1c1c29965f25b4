import { accessSync, constants, existsSync } from 'node:fs';
import { setMode } from '../../platform/permissions.ts';
import { type HouseCheck, hasGateway } from './patient.ts';
import { quoted, shown } from './words.ts';

export const startScript: HouseCheck = {
  of: 'house',
  name: 'start-script',
  levels: ['fail'],
  finds: '`start-gateway.sh` that is missing or not executable',
  fine: 'start-gateway.sh is there and executable, or there is no gateway',
  mends: true,
  look(patient, household) {
    if (!hasGateway(patient)) return [];
    const path = patient.paths.startGateway;
    const name = shown(household, path);
    if (!existsSync(path)) {
      return [
        {
          level: 'fail',
          message: `${name} is missing: nobody can start the gateway`,
          fix: `robed provision ${patient.name}   (makes what is missing, and touches nothing else)`,
        },
      ];
    }
    if (mayRun(path)) return [];
    return [
      {
        level: 'fail',
        message: `${name} is not executable: nobody can start the gateway`,
        fix: `chmod 700 ${quoted(path)}`,
        mend: { does: `makes ${name} 0700`, apply: () => setMode(path, 0o700) },
      },
    ];
  },
};

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
