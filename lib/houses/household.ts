import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { containedPath } from '../platform/contained-path.ts';
import { hashOf } from '../platform/snapshot.ts';
import { type HousePaths, housePaths } from './paths.ts';
import type { HouseSettings } from './settings.ts';

export interface House {
  name: string;
  /** The household's root, absolute. */
  root: string;
  settings: HouseSettings;
  paths: HousePaths;
}

/**
 * The household to work in: the flag's, ROBED_ROOT's, the one that `cwd` stands in, the checkout's
 * own. Absolute; throws UserError where it has no `wizards/`.
 */
export function findHousehold(
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
  cwd: string,
): string {
  const named = given ?? environment['ROBED_ROOT'];
  if (named !== undefined && named !== '') {
    const root = resolve(cwd, named);
    if (existsSync(join(root, 'wizards'))) return realpathSync(root);
    throw new UserError(`expected a household with a folder wizards/ at ${root}`, {
      exitCode: EXIT.config,
      hint: `mkdir -p ${join(root, 'wizards')}, or name another root by --root or ROBED_ROOT`,
    });
  }
  for (let at = cwd; ; at = dirname(at)) {
    if (isHousehold(at)) return realpathSync(at);
    if (dirname(at) === at) return packageRoot();
  }
}

/** Also one without a house yet: whoever stands in it means it, and no other. */
const isHousehold = (folder: string): boolean =>
  existsSync(join(folder, 'robed.yaml')) ||
  statSync(join(folder, 'wizards'), { throwIfNoEntry: false })?.isDirectory() === true;

/** A house is recognised by its house.yaml. Sorted by name. */
export function houseNames(root: string): string[] {
  const wizards = join(root, 'wizards');
  if (!existsSync(wizards)) return [];
  return readdirSync(wizards)
    .filter((name) => !name.startsWith('.') && existsSync(join(wizards, name, 'house.yaml')))
    .sort();
}

/** Settings that were read and checked before, by the SHA-256 of their file. */
export interface SettingsCache {
  recall(hash: string): HouseSettings | null;
  remember(hash: string, settings: HouseSettings): void;
}

/** The folder of a house. Throws UserError where there is none. */
export function houseFolder(root: string, name: string): string {
  const names = houseNames(root);
  if (!names.includes(name)) {
    throw new UserError(
      `expected a house at ${join(root, 'wizards', name)}, found no house.yaml there`,
      {
        exitCode: EXIT.config,
        hint: names.length > 0 ? `houses here: ${names.join(', ')}` : 'there is no house here yet',
      },
    );
  }
  return join(root, 'wizards', name);
}

/**
 * Throws UserError where there is no such house, or its settings can't be read. With a cache, the
 * parser and the schema are loaded only where house.yaml changed.
 */
export async function loadHouse(root: string, name: string, cache?: SettingsCache): Promise<House> {
  const folder = houseFolder(root, name);
  const file = join(folder, 'house.yaml');
  const hash = hashOf(readFileSync(file));
  let settings = cache?.recall(hash) ?? null;
  if (settings === null) {
    const { readHouseSettings } = await import('./read-settings.ts');
    settings = readHouseSettings(file);
    cache?.remember(hash, settings);
  }
  const places = { ...settings.places, queue: settings.queue.path };
  for (const [name, place] of Object.entries(settings.places))
    checkPlace(folder, file, name, place);
  return { name, root, settings, paths: housePaths(folder, places) };
}

/** A link could lead the reports and triggers of one house into another, or out of the household. */
function checkPlace(folder: string, file: string, name: string, place: string): void {
  if (place.startsWith('home/')) return;
  const contained = containedPath(folder, place);
  if (contained.ok) return;
  throw new UserError(`places.${name}: expected a folder inside the house, found ${place}`, {
    file,
    exitCode: EXIT.config,
    hint: 'name a folder that no link leads out of the house',
  });
}
