import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSnapshot } from '../../platform/snapshot.ts';
import type { HouseCheck, Household, Patient } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { quoted, shown } from './words.ts';

/** Where HERMES_HOME is said: one that is not the house's own makes two wizards remember as one. */
export const hermesHome: HouseCheck = {
  of: 'house',
  name: 'hermes-home',
  levels: ['fail'],
  finds:
    'HERMES_HOME in start-gateway.sh or `.env` that is not the house’s own home; a start script that sets none',
  fine: 'HERMES_HOME is the house’s own home wherever it is said',
  look(patient, household) {
    const { paths, env } = patient;
    const script = readScript(paths.startGateway);
    const said = script === null ? [] : homesIn(script, patient);
    return [
      ...(script !== null && said.length === 0
        ? [
            {
              level: 'fail' as const,
              message: `${shown(household, paths.startGateway)} sets no HERMES_HOME: the gateway would live in the default profile ~/.hermes, and share its memory`,
              fix: `write \`export HERMES_HOME=${quoted(paths.home)}\` into it, above \`hermes gateway\``,
            },
          ]
        : []),
      ...said.flatMap((home) => foreignHome(household, patient, paths.startGateway, home)),
      ...(env['HERMES_HOME'] === undefined
        ? []
        : foreignHome(household, patient, paths.env, env['HERMES_HOME'])),
    ];
  },
};

const LIMIT = 64 * 1024;

/** Also one that is a link; null where there is none. */
function readScript(path: string): string | null {
  return readSnapshot(path)?.bytes.toString('utf8', 0, LIMIT) ?? null;
}

/** Values of HERMES_HOME that a script sets, with the ways to say "this folder" filled in. */
function homesIn(script: string, { paths }: Patient): string[] {
  const lines = script.split('\n').filter((line) => !/^\s*#/.test(line));
  const set = /\bHERMES_HOME=(?:"([^"]*)"|'([^']*)'|((?:\$\([^)]*\)|[^\s;&|"'])*))/g;
  return [...lines.join('\n').matchAll(set)].map(([, double, single, bare]) =>
    (double ?? single ?? bare ?? '').replace(
      /^(?:\$\(.*\)|\$\{?\w*(?:DIR|HERE|HOUSE|ROOT|PWD)\w*\}?|\.)(?=\/|$)/i,
      paths.house,
    ),
  );
}

function foreignHome(
  household: Household,
  { paths }: Patient,
  file: string,
  said: string,
): Trouble[] {
  const home = said.replace(/^(?:~|\$\{?HOME\}?)(?=\/|$)/, household.environment['HOME'] ?? '~');
  // What stands in a variable of the script's own can't be told from here.
  if (home.includes('$')) return [];
  if (identity(resolve(paths.house, home)) === identity(paths.home)) return [];
  const owner = household.houses.find((other) => identity(other.paths.home) === identity(home));
  return [
    {
      level: 'fail',
      message: `${shown(household, file)} sets HERMES_HOME to ${home}${
        owner === undefined ? '' : `, the home of ${owner.name}`
      }: this wizard would live there, and remember with it`,
      fix: `write \`HERMES_HOME=${quoted(paths.home)}\` into ${quoted(file)}`,
    },
  ];
}

/** The same for two names of one folder. */
function identity(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? resolve(path) : `${found.dev}:${found.ino}`;
}
