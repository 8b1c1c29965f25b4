import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { mountOf } from '../platform/mount.ts';
import { sharedCodebase } from './codebase.ts';
import { housePaths } from './paths.ts';
import { readHouseholdSettings } from './read-settings.ts';

/**
 * Where a retired house goes: `retired/<name>`, with the day where that is taken, and a number where
 * that is too. `day` as 2026-11-21. Absolute. Throws UserError where it can't be moved there whole.
 */
export function retiredPath(root: string, name: string, day: string): string {
  const folder = join(root, 'retired');
  checkRoom(root, name, folder);
  for (let number = 0; ; number++) {
    const end = ['', `-${day}`][number] ?? `-${day}-${number}`;
    const path = join(folder, name + end);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}

/** The move comes last: that it can't be made is to be known before anything is stopped. */
function checkRoom(root: string, name: string, folder: string): void {
  const isThere = lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
  const found = statSync(isThere ? folder : root, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    throw new UserError('expected a folder for retired houses, found something else', {
      file: folder,
      hint: 'move it away',
      exitCode: EXIT.config,
    });
  }
  const wizards = join(root, 'wizards');
  const house = join(wizards, name);
  const mounts = new Set([isThere ? folder : root, wizards, house].map(mountOf));
  mounts.delete(null);
  if (found.dev !== statSync(house).dev || mounts.size > 1) {
    throw new UserError(`expected a folder on the filesystem of ${name}, so that it moves whole`, {
      file: folder,
      hint: `let it, wizards/ and wizards/${name} be folders of one filesystem and mount`,
      exitCode: EXIT.config,
    });
  }
  for (const written of [isThere ? folder : root, wizards, house]) mayWrite(written);
}

function mayWrite(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new UserError('expected a folder that this user may write to', { file: folder, cause });
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
