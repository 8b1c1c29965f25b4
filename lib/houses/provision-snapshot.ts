import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { git } from '../platform/git-client.ts';
import { readDotenv } from './dotenv.ts';
import { readHermesConfig } from './hermes-config.ts';
import { housePaths } from './paths.ts';
import type { HouseSnapshot } from './provision.ts';
import { begunPath, readBegun } from './provision-begun.ts';
import { readHouseSettings } from './read-settings.ts';
import { wizardName } from './setting-types.ts';

/** What a folder may hold that is to become a house: anything else was meant to be something else. */
const HOUSE_NAMES =
  /^(home|workspace|logs|robe|house\.yaml|hermes-agent|start-gateway\.sh|\.git|\.gitignore|\.provisioning|\..*\.robed-tmp|\.hermes-agent\.cloning)$/;

/** Look at the place of a house. Throws UserError where the name, or what stands there, is none for one. */
export async function readHouseSnapshot(root: string, name: string): Promise<HouseSnapshot> {
  if (!wizardName.safeParse(name).success) {
    throw new UserError(
      `expected a wizard’s name of a-z, 0-9, - and _, at most 32 long, found ${JSON.stringify(name)}`,
      { hint: 'it becomes a folder, a crontab marker and a unit’s name', exitCode: EXIT.usage },
    );
  }
  const folder = join(root, 'wizards', name);
  checkFolder(folder, name);
  const settingsFile = housePaths(folder).settings;
  const settings = existsSync(settingsFile) ? readHouseSettings(settingsFile) : null;
  const places = settings && { ...settings.places, queue: settings.queue.path };
  const paths = housePaths(folder, places ?? {});
  const kinds = new Map(
    Object.values({
      ...paths,
      begun: begunPath(folder),
      ignore: join(folder, '.gitignore'),
    }).flatMap((path) => {
      const kind = kindOf(path);
      return kind === null ? [] : [[path, kind] as const];
    }),
  );
  return {
    root,
    name,
    paths,
    kinds,
    settings,
    config: readHermesConfig(paths.config),
    variables: readDotenv(paths.env),
    begun: readBegun(folder),
    repository: kinds.has(folder) ? await repositoryOf(folder) : await repositoryAround(),
  };
}

function checkFolder(folder: string, name: string): void {
  const kind = kindOf(folder);
  if (kind === null) return;
  const notOne = (found: string, hint: string) =>
    new UserError(`expected room for a house at ${folder}, found ${found}`, {
      hint,
      exitCode: EXIT.config,
    });
  if (kind !== 'folder') throw notOne(`a ${kind}`, 'move it away, or take another name');
  if (existsSync(join(folder, 'house.yaml'))) return;
  const names = readdirSync(folder);
  const strange = names.find((found) => !HOUSE_NAMES.test(found));
  if (strange === undefined) return;
  if (existsSync(join(folder, 'home')) && names.some((found) => /^(work|completed)$/.test(found))) {
    throw notOne(
      'one in the founding layout',
      `\`robed adopt --wizard ${name}\` shows what is in it, and with --yes takes it over as it stands`,
    );
  }
  throw notOne(`a folder with ${strange} in it and no house.yaml`, 'take another name');
}

function kindOf(path: string): 'file' | 'folder' | 'link' | 'other' | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isDirectory()) return 'folder';
  if (found.isSymbolicLink()) return 'link';
  return found.isFile() ? 'file' : 'other';
}

/** Asked in ways that leave even the index of the repository as it is. */
async function repositoryOf(folder: string): Promise<HouseSnapshot['repository']> {
  if (existsSync(join(folder, '.git'))) {
    const head = await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']);
    if (head.code === 'ENOENT') return 'unknown';
    return head.exitCode === 0 ? 'committed' : 'empty';
  }
  const around = await git(folder, ['ls-files', '--', '.']);
  if (around.code === 'ENOENT') return 'unknown';
  return around.exitCode === 0 && around.stdout !== '' ? 'outer' : 'none';
}

async function repositoryAround(): Promise<HouseSnapshot['repository']> {
  return (await git('/', ['--version'])).exitCode === 0 ? 'none' : 'unknown';
}
