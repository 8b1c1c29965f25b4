import { UserError } from '../../core/errors.ts';
import type { HouseCheck, Household, HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { edit, shown } from './words.ts';

const SHARED = 'Until it can be read, nobody knows father, sovereign, services and where alerts go';

export const robedYaml: HouseholdCheck = {
  of: 'household',
  name: 'robed-yaml',
  levels: ['fail'],
  finds: '`robed.yaml` that can’t be read, by its line',
  fine: 'robed.yaml is read, or not needed',
  look: (household) =>
    household.broken === null ? [] : [unreadable(household, household.broken, SHARED)],
};

export const houseYaml: HouseCheck = {
  of: 'house',
  name: 'house-yaml',
  levels: ['fail'],
  finds: '`house.yaml` that can’t be read, by its line',
  fine: 'house.yaml is read',
  look: ({ name, broken }, household) =>
    broken === null
      ? []
      : [unreadable(household, broken, `Nothing runs for ${name} until it can be read`)],
};

function unreadable(household: Household, error: unknown, then: string): Trouble {
  if (!(error instanceof UserError) || error.file === undefined) throw error;
  const { file, line, hint, message } = error;
  const reason = message.replaceAll(/\s*\n\s*/g, '; ').replace(/^the file: /, '');
  return {
    level: 'fail',
    message: `${shown(household, file)}${line === undefined ? '' : `:${line}`}: ${reason}. ${then}`,
    fix: `${edit(file, line)}${hint === undefined ? '' : `   (${hint})`}`,
  };
}
