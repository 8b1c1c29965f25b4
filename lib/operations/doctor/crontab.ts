import { UserError } from '../../core/errors.ts';
import { openCrontab } from '../../platform/crontab-client.ts';
import { wizardsWithBlocks } from '../crontab.ts';
import { type CrontabCheck, checkCrontab } from '../crontab-check.ts';
import type { Household, HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';

/** Whether cron looks after a house, as far as the crontab can be read. */
export function isInCrontab(wizard: string, { root, environment }: Household): boolean {
  return attempt(() => wizardsWithBlocks(root, environment).includes(wizard)) ?? false;
}

/** What `robed crontab check` finds, but for its replay, which starts each job. */
export const crontab: HouseholdCheck = {
  of: 'household',
  name: 'crontab',
  levels: ['fail'],
  finds:
    'no cron daemon; a line that is dead, overdue, edited or failed; lines of the old scripts (two dispatchers on one queue); blocks of houses that are gone',
  fine: 'cron does what the houses’ schedules say, or is not used',
  async look({ root, houses, clock, environment }) {
    // Where crontab(1) is missing or refused, nobody is ticked by it: `ticks` says what that means.
    if (attempt(() => openCrontab(environment).read()) === null) return [];
    const names = houses.map(({ name }) => name);
    const found = await checkCrontab(root, names, { clock, environment, replay: false });
    return found.filter(isTrouble).map((check) => toTrouble(check, names));
  },
};

/** null where the crontab can't be read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** That a house has no block is for `ticks`, that its house.yaml can't be read for `house-yaml`. */
const isTrouble = ({ ok, wizard, job, line }: CrontabCheck): boolean =>
  !ok && (wizard === null || job !== null || line !== null);

function toTrouble({ wizard, job, message, fix }: CrontabCheck, names: string[]): Trouble {
  return {
    level: 'fail',
    ...(wizard !== null && names.includes(wizard) ? { wizard } : {}),
    message: job === null ? message : `${job}: ${message}`,
    fix: fix || 'robed crontab check',
  };
}
