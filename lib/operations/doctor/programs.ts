import { findProgram } from '../../platform/program.ts';
import type { HouseCheck, HouseholdCheck, Patient } from './patient.ts';
import type { Trouble } from './verdict.ts';

/** What cron gives the lines of a crontab that set no PATH: crontab(5). */
const CRON_PATH = '/usr/bin:/bin';

/** The Node that Robed is written for; its SQLite is free of the WAL-reset bug. */
const NODE = 24;

export const node: HouseholdCheck = {
  of: 'household',
  name: 'node',
  levels: ['fail'],
  finds: `a Node older than ${NODE}`,
  fine: `Node is ${NODE} or newer`,
  look({ machine }) {
    if (Number(machine.node.split('.')[0]) >= NODE) return [];
    return [
      {
        level: 'fail',
        message: `this is Node ${machine.node}, and Robed needs ${NODE}: the SQLite of older ones can damage a database`,
        fix: 'npm ci   (in Robed’s checkout: it brings the right one)',
      },
    ];
  },
};

export const gitProgram: HouseholdCheck = {
  of: 'household',
  name: 'git',
  levels: ['warn'],
  finds: 'no git, or none that cron would find',
  fine: 'git is there, for cron too',
  look({ root, environment }) {
    const here = findProgram('git', environment['PATH'], root);
    if (here !== null && findProgram('git', CRON_PATH, root) !== null) return [];
    return [
      {
        level: 'warn',
        message:
          here === null
            ? 'there is no git: checkpoints can’t be made'
            : `git is ${here}, which cron does not find (its PATH is ${CRON_PATH}): checkpoints are not made`,
        fix: here === null ? 'apt-get install git' : `ln -s ${here} /usr/bin/git`,
      },
    ];
  },
};

/** Programs that house.yaml names: found here, and also by cron, which knows next to no PATH. */
export const cronPath: HouseCheck = {
  of: 'house',
  name: 'cron-path',
  levels: ['fail', 'warn'],
  finds:
    'a program named in house.yaml that is not found at all, or not under cron’s PATH (`/usr/bin:/bin`)',
  fine: 'the programs that house.yaml names are found, by cron too',
  look(patient, { environment }) {
    return namedPrograms(patient).flatMap(({ setting, program }): Trouble[] => {
      const find = (path: string | undefined) => findProgram(program, path, patient.paths.house);
      if (find(CRON_PATH) !== null) return [];
      const here = find(environment['PATH']);
      if (here === null) {
        return [
          {
            level: 'fail',
            message: `${setting} is ${program}, and there is no such program: tasks for it can’t be done`,
            fix: `install it, or name its path in house.yaml as ${setting}`,
          },
        ];
      }
      return [
        {
          level: 'warn',
          message: `${setting} is ${program}: you have it at ${here}, cron does not (its PATH is ${CRON_PATH}), so at night it is missing`,
          fix: `write \`${here}\` into house.yaml as ${setting}`,
        },
      ];
    });
  },
};

function namedPrograms({ house }: Patient): { setting: string; program: string }[] {
  if (house === null) return [];
  const { bodies, robe } = house.settings;
  const named: [string, string | undefined][] = [
    ['bodies.command.argv', bodies.command?.argv[0]],
    ['bodies.hermes.program', bodies.hermes?.program],
    ['bodies.openclaw.program', bodies.openclaw?.program],
    ['robe.program', robe?.program],
  ];
  return named.flatMap(([setting, program]) => (program === undefined ? [] : { setting, program }));
}
