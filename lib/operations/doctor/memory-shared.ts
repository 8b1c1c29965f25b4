import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sharedMemory } from '../../houses/shared-memory.ts';
import type { Household, HouseholdCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { few, quoted, shown } from './words.ts';

/** The founding pattern's fourth trouble: two wizards that remember as one. */
export const memoryShared: HouseholdCheck = {
  of: 'household',
  name: 'memory-shared',
  levels: ['fail'],
  finds:
    'two houses whose home, memories, sessions or state.db are one file; a home that is the default profile `~/.hermes`',
  fine: 'no two houses share a memory',
  look: (household) => [...sharedFiles(household), ...defaultProfile(household)],
};

function sharedFiles(household: Household): Trouble[] {
  return sharedMemory(household.root).map(({ wizards, path }) => {
    const real = shown(household, realpathSync(path));
    return {
      level: 'fail',
      message: `${few(wizards, 8)} share ${real}: what one learns the other remembers, and two gateways damage it`,
      fix: `stop both, then give each its own: ls -ld ${wizards.map((name) => quoted(join(household.root, 'wizards', name, 'home'))).join(' ')} shows which is a link`,
    };
  });
}

function defaultProfile({ houses, machine }: Household): Trouble[] {
  const profile = statSync(machine.defaultHome, { throwIfNoEntry: false });
  if (profile === undefined) return [];
  return houses.flatMap(({ name, paths }): Trouble[] => {
    const home = statSync(paths.home, { throwIfNoEntry: false });
    if (home?.ino !== profile.ino || home.dev !== profile.dev) return [];
    return [
      {
        level: 'fail',
        wizard: name,
        message: `its home is Hermes’ default profile ${machine.defaultHome}: every hermes that is started without HERMES_HOME writes into it`,
        fix: `replace the link ${quoted(paths.home)} by a copy: cp -a ${quoted(`${machine.defaultHome}/.`)} ${quoted(`${paths.house}/home.new`)}`,
      },
    ];
  });
}
