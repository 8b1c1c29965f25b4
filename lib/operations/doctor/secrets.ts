import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInCrontab } from './crontab.ts';
import type { HouseCheck, Household, HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { edit, quoted, shown } from './words.ts';

interface Secret {
  env?: string | undefined;
  file?: string | undefined;
}

export const secrets: HouseCheck = {
  of: 'house',
  name: 'secrets',
  levels: ['fail', 'warn'],
  finds:
    'a key that house.yaml names and that is not there; one in a variable that cron does not have',
  fine: 'the keys that house.yaml names are there',
  look({ house, name, paths }, household) {
    const key = house?.settings.bodies.model?.key;
    if (key === undefined) return [];
    return missing(household, key, {
      setting: 'bodies.model.key',
      folder: paths.house,
      settings: paths.settings,
      cron: isInCrontab(name, household),
      without: 'the model is not asked',
    });
  },
};

export const householdSecrets: HouseholdCheck = {
  of: 'household',
  name: 'household-secrets',
  levels: ['fail', 'warn'],
  finds:
    'a token that `robed.yaml` names and that is not there; one in a variable that cron does not have',
  fine: 'the tokens that robed.yaml names are there',
  look(household) {
    const { root, houses, settings } = household;
    const cron = houses.some(({ name }) => isInCrontab(name, household));
    return settings.alerts.to.flatMap((sink) =>
      'telegram' in sink
        ? missing(household, sink.telegram.token, {
            setting: 'alerts.to.telegram.token',
            folder: root,
            settings: resolve(root, 'robed.yaml'),
            cron,
            without: 'no alert reaches you',
          })
        : [],
    );
  },
};

function missing(
  household: Household,
  { env, file }: Secret,
  where: { setting: string; folder: string; settings: string; cron: boolean; without: string },
): Trouble[] {
  const { setting, folder, settings, cron, without } = where;
  const toFile = `${edit(settings)}   (${setting}: {file: …}, mode 0600)`;
  if (file !== undefined) {
    const path = resolve(folder, file);
    if (existsSync(path)) return [];
    return [
      {
        level: 'fail',
        message: `${setting} is the file ${shown(household, path)}, which is not there: ${without}`,
        fix: `(umask 077; cat > ${quoted(path)})   (then paste it, and press Ctrl-D)`,
      },
    ];
  }
  if (env === undefined) {
    return [
      {
        level: 'fail',
        message: `${setting} names neither a file nor a variable: ${without}`,
        fix: toFile,
      },
    ];
  }
  if (!household.environment[env]) {
    return [
      {
        level: 'fail',
        message: `${setting} is the variable ${env}, which is not set: ${without}`,
        fix: toFile,
      },
    ];
  }
  if (!cron) return [];
  return [
    {
      level: 'warn',
      message: `${setting} is the variable ${env}, which you have and cron does not: at night ${without}`,
      fix: toFile,
    },
  ];
}
