import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { sharedCodebase } from './codebase.ts';
import { housePaths } from './paths.ts';
import { readHouseholdSettings } from './read-settings.ts';

/**
 * Where a retired house goes: `retired/<name>`, with the day where that is taken, and a number where
 * that is too. `day` as 2026-11-21. Absolute.
 */
export function retiredPath(root: string, name: string, day: string): string {
  const folder = join(root, 'retired');
  for (let number = 0; ; number++) {
    const end = ['', `-${day}`][number] ?? `-${day}-${number}`;
    if (!existsSync(join(folder, name + end))) return join(folder, name + end);
  }
}

/** Throws UserError where another house, or the household, has its Hermes in this one. */
export function checkUnlinked(root: string, name: string): void {
  const wizards = join(root, 'wizards');
  const house = realpathSync(join(wizards, name));
  const inside = (path: string) => {
    const real = existsSync(path) ? realpathSync(path) : '';
    return real === house || real.startsWith(house + sep);
  };
  const linked = readdirSync(wizards).filter(
    (other) => other !== name && inside(housePaths(join(wizards, other)).codebase),
  );
  const refuse = (who: string, hint: string) =>
    new UserError(`${who} has its Hermes in the house of ${name}, which therefore stays`, {
      hint,
      exitCode: EXIT.config,
    });
  if (linked.length > 0) {
    throw refuse(
      linked.join(', '),
      `move the codebase out of it, and link wizards/${linked[0]}/hermes-agent there`,
    );
  }
  const { codebase } = readHouseholdSettings(root);
  if (inside(sharedCodebase(root, codebase))) {
    throw refuse('the household', 'move the codebase out of it, and name it in robed.yaml');
  }
}
