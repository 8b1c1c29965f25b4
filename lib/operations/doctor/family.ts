import type { HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { few } from './words.ts';

/** Fathers and the sovereign are names of houses: a typo sends reports to nobody. */
export const family: HouseholdCheck = {
  of: 'household',
  name: 'family',
  levels: ['fail', 'warn'],
  finds: 'a father or a sovereign that is no house here; houses that are one another’s fathers',
  fine: 'father and sovereign are houses of this household, where they are named',
  look({ settings, houses }) {
    const names = houses.map(({ name }) => name);
    const fathers = new Map(
      houses.map(({ name, house }) => [name, house?.settings.father ?? settings.father]),
    );
    const troubles: Trouble[] = [];
    const houseHere = `houses here: ${names.join(', ') || 'none'}`;
    for (const role of ['father', 'sovereign'] as const) {
      const named = settings[role];
      if (named === undefined || names.includes(named)) continue;
      troubles.push({
        level: 'fail',
        message: `robed.yaml names ${named} as ${role}, and there is no such house: ${
          role === 'father' ? 'reports' : 'approvals'
        } go nowhere`,
        fix: `robed provision ${named}, or mend \`${role}:\` in robed.yaml (${houseHere})`,
      });
    }
    for (const { name, house } of houses) {
      const named = house?.settings.father;
      if (named === undefined || names.includes(named)) continue;
      troubles.push({
        level: 'fail',
        wizard: name,
        message: `its father is ${named}, and there is no such house: its reports go nowhere`,
        fix: `mend \`father:\` in its house.yaml (${houseHere})`,
      });
    }
    for (const circle of circlesOf(fathers)) {
      troubles.push({
        level: 'warn',
        message: `${few(circle, 8)} are one another’s fathers: their reports go in a circle`,
        fix: 'take `father:` out of the house.yaml of the eldest',
      });
    }
    return troubles;
  },
};

/** Two or more that lead back to the first. A house that is its own father is simply the eldest. */
function circlesOf(fathers: ReadonlyMap<string, string | undefined>): string[][] {
  const circles: string[][] = [];
  const walked = new Set<string>();
  for (const start of fathers.keys()) {
    const path: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !path.includes(at) && !walked.has(at)) {
      path.push(at);
      at = fathers.get(at);
    }
    const circle = at === undefined ? [] : path.slice(path.indexOf(at));
    if (at !== undefined && path.includes(at) && circle.length > 1) circles.push(circle);
    for (const name of path) walked.add(name);
  }
  return circles;
}
