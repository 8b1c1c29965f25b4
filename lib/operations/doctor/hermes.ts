import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hermesOf, sharedCodebase } from '../../houses/codebase.ts';
import { findProgram } from '../../platform/program.ts';
import { type HouseCheck, hasGateway, type Patient } from './patient.ts';
import { quoted, shown } from './words.ts';

/** Wanted by a house whose gateway is to run, or which names Hermes as a body of its own. */
export const hermes: HouseCheck = {
  of: 'house',
  name: 'hermes',
  levels: ['fail'],
  finds:
    'a link `hermes-agent` that leads nowhere; no Hermes for a house that wants one; one without aiohttp, which its API needs',
  fine: 'Hermes is there, or not wanted',
  look(patient, household) {
    const { paths, house } = patient;
    if (house === null) return [];
    const { hermes } = house.settings.bodies;
    const wanted = hasGateway(patient);
    const link = danglingLink(paths.codebase);
    if (link !== null) {
      return [
        {
          level: 'fail',
          message: `${shown(household, paths.codebase)} is a link to ${link}, where nothing is: Hermes can’t be started`,
          fix: `ln -sfn <a Hermes that is there> ${quoted(paths.codebase)}   (or robed body install hermes)`,
        },
      ];
    }
    const shared = sharedCodebase(household.root, household.settings.codebase);
    const program = programOf(patient, shared, household.environment);
    if (program === null) {
      if (!wanted && hermes === undefined) return [];
      return [
        {
          level: 'fail',
          message: `no Hermes is found, neither in ${shown(household, paths.codebase)} nor in ${shown(household, shared)} nor on the PATH: this wizard has no body`,
          fix: `robed body install hermes   (then robed provision ${patient.name} links it)`,
        },
      ];
    }
    if (!wanted || hasPackage(program, 'aiohttp') !== false) return [];
    return [
      {
        level: 'fail',
        message: `${program} has no aiohttp beside it: its gateway runs, and serves no API`,
        fix: `${quoted(join(dirname(program), 'pip'))} install aiohttp`,
      },
    ];
  },
};

function programOf(
  { house, paths }: Patient,
  shared: string,
  environment: NodeJS.ProcessEnv,
): string | null {
  const named = house?.settings.bodies.hermes?.program ?? 'hermes';
  return hermesOf(paths, shared) ?? findProgram(named, environment['PATH'], paths.house);
}

/** Is it in the virtual environment of `program`? null where that is none, and nobody can tell. */
function hasPackage(program: string, name: string): boolean | null {
  const lib = join(dirname(dirname(program)), 'lib');
  const pythons = existsSync(lib)
    ? readdirSync(lib).filter((folder) => /^python3\.\d+$/.test(folder))
    : [];
  if (pythons.length === 0) return null;
  return pythons.some((python) => existsSync(join(lib, python, 'site-packages', name)));
}

function danglingLink(path: string): string | null {
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return link && !existsSync(path) ? readlinkSync(path) : null;
}
