import { existsSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import { packageRoot } from '../../core/package-root.ts';
import { readDotenv } from '../../houses/dotenv.ts';
import { readHermesConfig } from '../../houses/hermes-config.ts';
import { type House, houseNames, loadHouse } from '../../houses/household.ts';
import { householdSchema } from '../../houses/household-settings.ts';
import { housePaths } from '../../houses/paths.ts';
import { readHouseholdSettings } from '../../houses/read-settings.ts';
import { migrate } from '../../platform/migrations.ts';
import { damageOf, openToLook } from '../../platform/sqlite-look.ts';
import type { HouseContext } from '../context.ts';
import type { Household, Machine, Patient } from './patient.ts';

interface AdmitOptions {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  machine?: Partial<Machine>;
}

/** Reads what the checks look at, for `use`, and lets go of it. Makes and changes nothing. */
export async function withHousehold<T>(
  root: string,
  options: AdmitOptions,
  use: (household: Household) => Promise<T>,
): Promise<T> {
  const { value: settings, broken } = await attempt(() => readHouseholdSettings(root));
  const houses: Patient[] = [];
  try {
    for (const name of houseNames(root)) houses.push(await admit(root, name, options));
    return await use({
      root,
      settings: settings ?? householdSchema.parse({}),
      broken,
      houses,
      environment: options.environment,
      clock: options.clock,
      machine: { ...thisMachine, ...options.machine },
    });
  } finally {
    for (const { db } of houses) db?.close();
  }
}

const thisMachine: Machine = {
  node: process.versions.node,
  filesystem: (path) => statfsSync(path),
  defaultHome: join(homedir(), '.hermes'),
};

async function admit(root: string, name: string, options: AdmitOptions): Promise<Patient> {
  const { value: house, broken } = await attempt(() => loadHouse(root, name));
  const paths = house?.paths ?? housePaths(join(root, 'wizards', name));
  const { db, damage } = openMemory(paths.database);
  return {
    name,
    paths,
    house,
    broken,
    livedIn: existsSync(paths.database) || existsSync(paths.history),
    db,
    damage,
    context: house && db && contextOf(house, db, options),
    config: (await attempt(() => readHermesConfig(paths.config))).value,
    env: (await attempt(() => readDotenv(paths.env))).value ?? {},
  };
}

async function attempt<T>(
  read: () => T | Promise<T>,
): Promise<{ value: T; broken: null } | { value: null; broken: unknown }> {
  try {
    return { value: await read(), broken: null };
  } catch (error) {
    return { value: null, broken: error };
  }
}

function openMemory(path: string): { db: DatabaseSync | null; damage: unknown } {
  if (!existsSync(path)) return { db: null, damage: null };
  let db: DatabaseSync | null = null;
  try {
    db = openToLook(path);
    const damage = damageOf(db);
    if (damage !== null) throw new Error(damage);
    migrate(db, { path, directory: join(packageRoot(), 'migrations'), readOnly: true });
    return { db, damage: null };
  } catch (damage) {
    db?.close();
    return { db: null, damage };
  }
}

/** What operations look at a house with. Whoever would change something by it fails. */
function contextOf(house: House, db: DatabaseSync, options: AdmitOptions): HouseContext {
  return {
    house,
    db,
    clock: options.clock,
    random: () => 0,
    environment: options.environment,
    launch: () => Promise.reject(new Error('the doctor starts nothing')),
    cache: {},
    displaced: [],
    rebuilt: new Map(),
  };
}
