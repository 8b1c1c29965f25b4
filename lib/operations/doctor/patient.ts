import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import type { HermesConfig } from '../../houses/hermes-config.ts';
import type { House } from '../../houses/household.ts';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import type { HousePaths } from '../../houses/paths.ts';
import type { HouseContext } from '../context.ts';
import type { Trouble } from './verdict.ts';

/** What is asked of the machine itself. */
export interface Machine {
  /** Version of the Node that runs, `24.21.0`. */
  node: string;
  /** statfs(2) of a path: the number of its filesystem's kind. */
  filesystem(path: string): { type: number };
  /** The folder that an unset HERMES_HOME leads to. */
  defaultHome: string;
}

/** The household under examination. Nothing in it is ever changed by a look. */
export interface Household {
  root: string;
  /** Every default where robed.yaml can't be read. */
  settings: HouseholdSettings;
  /** Why robed.yaml can't be read; null where it can, or is missing. */
  broken: unknown;
  /** Every house, also those that nobody asked about: one may stand in another's way. */
  houses: readonly Patient[];
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  machine: Machine;
}

/** One house under examination. */
export interface Patient {
  name: string;
  paths: HousePaths;
  /** null where house.yaml can't be read; `broken` says why. */
  house: House | null;
  broken: unknown;
  /** Somebody started it before: what is missing now was there. */
  livedIn: boolean;
  /** Its memory, opened to be looked at; null where there is none, or it can't serve. */
  db: DatabaseSync | null;
  /** Why its memory can't serve; null where it can, or there is none yet. */
  damage: unknown;
  /** All that operations need, with that memory; null where house or memory is missing. */
  context: HouseContext | null;
  /** Hermes' own files; null and empty where there are none. */
  config: HermesConfig | null;
  env: Readonly<Record<string, string>>;
}

interface CheckText {
  /** Stable, kebab-case. */
  name: string;
  /** The levels of its troubles. */
  levels: readonly Trouble['level'][];
  /** What it looks for, for docs/doctor.md. */
  finds: string;
  /** What it says where there is none of that. */
  fine: string;
  /** `--fix` mends it, or some of it. */
  mends?: true;
}

export interface HouseCheck extends CheckText {
  of: 'house';
  look(patient: Patient, household: Household): readonly Trouble[] | Promise<readonly Trouble[]>;
}

export interface HouseholdCheck extends CheckText {
  of: 'household';
  look(household: Household): readonly Trouble[] | Promise<readonly Trouble[]>;
}

/** A check changes nothing, and may throw: that is a finding of its own. */
export type Check = HouseCheck | HouseholdCheck;

/** Whether this house's body is served: by house.yaml's word, or by Hermes' own config. */
export const hasGateway = ({ house, config }: Patient): boolean =>
  house?.settings.gateway !== undefined || config?.enabled === true;
