import { lstatSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { looseMode, setMode } from '../../platform/permissions.ts';
import type { HouseCheck, Household, HouseholdCheck, Patient } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { octal, quoted, shown } from './words.ts';

const FOLDER = 0o700;
const FILE = 0o600;

export const permissions: HouseCheck = {
  of: 'house',
  name: 'permissions',
  levels: ['fail'],
  finds:
    'a home, or a `.git` with copies of it, that others can enter (not 0700); `.env`, `config.yaml` with a key in it, or a key’s file that others can read (not 0600)',
  fine: 'home and secrets are for their owner only',
  mends: true,
  look: (patient, household) => [
    ...tooLoose(household, patient.paths.home, FOLDER, 'all that this wizard knows lies in it'),
    ...repository(patient).flatMap((path) =>
      tooLoose(household, path, FOLDER, 'checkpoints keep copies of the home in it'),
    ),
    ...secretFiles(patient).flatMap((path) => tooLoose(household, path, FILE, 'it holds a secret')),
  ],
};

export const householdPermissions: HouseholdCheck = {
  of: 'household',
  name: 'household-permissions',
  levels: ['fail'],
  finds: 'a file that `robed.yaml` names for a secret, and that others can read (not 0600)',
  fine: 'secrets that robed.yaml names are for their owner only',
  mends: true,
  look: (household) =>
    household.settings.alerts.to.flatMap((sink) => {
      const file = 'telegram' in sink ? sink.telegram.token.file : undefined;
      if (file === undefined) return [];
      return tooLoose(household, resolve(household.root, file), FILE, 'it holds a secret');
    }),
};

/** A file `.git` leads elsewhere, and no checkpoint goes there. */
function repository({ paths }: Patient): string[] {
  const path = join(paths.house, '.git');
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ? [path] : [];
}

function secretFiles({ paths, house, config }: Patient): string[] {
  const key = house?.settings.bodies.model?.key?.file;
  return [
    paths.env,
    ...(config?.secret ? [paths.config] : []),
    ...(key === undefined ? [] : [isAbsolute(key) ? key : resolve(paths.house, key)]),
  ];
}

function tooLoose(household: Household, path: string, mode: number, why: string): Trouble[] {
  const found = looseMode(path, mode);
  if (found === null) return [];
  const name = shown(household, path);
  return [
    {
      level: 'fail',
      message: `${name} is ${octal(found)}, others on this machine can get at it: ${why}`,
      fix: `chmod ${octal(mode).slice(1)} ${quoted(path)}`,
      mend: { does: `makes ${name} ${octal(mode)}`, apply: () => setMode(path, mode) },
    },
  ];
}
