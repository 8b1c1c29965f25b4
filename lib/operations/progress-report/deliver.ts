import { join } from 'node:path';
import { errorCode, UserError } from '../../core/errors.ts';
import { fatherOf } from '../../houses/father.ts';
import { houseNames } from '../../houses/household.ts';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import { housePaths } from '../../houses/paths.ts';
import type { HouseContext } from '../context.ts';
import { tellOnce } from '../tell-once.ts';
import { keepReport } from './store.ts';

/** A name that is safe as a folder of somebody else's house. */
const FOLDER = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/**
 * Bring a child's report to its father's house: `reports/<child>/`. Where that can't be, the child's
 * own log says so, once. Returns the path, or null where there is nobody to bring it to.
 */
export function deliverReport(
  context: HouseContext,
  household: HouseholdSettings,
  time: number,
  text: string,
): string | null {
  const { root, name } = context.house;
  const father = fatherOf(context.house, household);
  if (father === null) return null;
  const trouble = cannotReach(root, father, name);
  if (trouble !== null) {
    tellOnce(context, 'father', trouble);
    return null;
  }
  const { home } = housePaths(join(root, 'wizards', father));
  try {
    const path = keepReport(home, join('reports', name), time, text);
    tellOnce(context, 'father', null);
    return path;
  } catch (error) {
    if (!(error instanceof UserError) && errorCode(error) === undefined) throw error;
    tellOnce(context, 'father', `no report reaches ${father}: ${(error as Error).message}`);
    return null;
  }
}

function cannotReach(root: string, father: string, child: string): string | null {
  if (!houseNames(root).includes(father)) {
    return `no report reaches ${father}, the father: there is no house of that name`;
  }
  if (FOLDER.test(child)) return null;
  return `no report reaches ${father}: ${JSON.stringify(child)} is no name for a folder in its house`;
}
