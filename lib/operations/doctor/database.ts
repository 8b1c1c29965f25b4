import { existsSync } from 'node:fs';
import { UserError } from '../../core/errors.ts';
import { damageOf, openToLook } from '../../platform/sqlite-look.ts';
import { householdDatabasePath } from '../../records/household-db.ts';
import type { HouseCheck, HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { quoted, shown } from './words.ts';

export const database: HouseCheck = {
  of: 'house',
  name: 'database',
  levels: ['fail', 'warn'],
  finds: '`house.db` that is damaged (SQLite’s quick check), no database, or of another schema',
  fine: 'house.db is sound, or not made yet',
  look({ damage, paths }, household) {
    if (damage === null) return [];
    const name = shown(household, paths.database);
    if (damage instanceof UserError) {
      return [
        {
          level: 'warn',
          message: `${name}: ${damage.message}, so the checks of tasks and runs were not made`,
          fix: damage.hint ?? 'robed task-monitor',
        },
      ];
    }
    return [damaged(name, paths.database, damage, 'queue, triggers and reports tell the rest')];
  },
};

export const householdDatabase: HouseholdCheck = {
  of: 'household',
  name: 'household-database',
  levels: ['fail'],
  finds: '`household.db` that is damaged',
  fine: 'household.db is sound, or not made yet',
  look(household) {
    const path = householdDatabasePath(household.root);
    if (!existsSync(path)) return [];
    const problem = lookAt(path);
    if (problem === null) return [];
    return [damaged(shown(household, path), path, problem, 'a new one is made')];
  },
};

function lookAt(path: string): unknown {
  try {
    const db = openToLook(path);
    try {
      return damageOf(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return error;
  }
}

function damaged(name: string, path: string, problem: unknown, then: string): Trouble {
  const reason = problem instanceof Error ? problem.message : String(problem);
  return {
    level: 'fail',
    message: `${name} is damaged (${reason}): nothing runs with it`,
    fix: `mv ${quoted(path)} ${quoted(`${path}.damaged`)}; rm -f ${quoted(`${path}-wal`)} ${quoted(`${path}-shm`)}   (${then})`,
  };
}
