import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import { fromBytes, planCrontab } from '../houses/crontab-block.ts';
import type { House } from '../houses/household.ts';
import type { HouseSnapshot, Plan, Wishes } from '../houses/provision.ts';
import { applyStep } from '../houses/provision-apply.ts';
import { decide } from '../houses/provision-decide.ts';
import { planProvision } from '../houses/provision-plan.ts';
import { readHouseSnapshot } from '../houses/provision-snapshot.ts';
import { houseSchema } from '../houses/settings.ts';
import { openCrontab } from '../platform/crontab-client.ts';
import { sweepTemporaries } from '../platform/temp-files.ts';
import { type CrontabChange, installCrontab, linesOf } from './crontab.ts';
import { lockHousehold } from './provision-lock.ts';

export interface ProvisionOptions {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  dryRun: boolean;
  crontab: boolean;
}

export interface Provisioned {
  house: string;
  plan: Plan;
  /** null where none was wanted, or none is to be had: then a note says why. */
  crontab: CrontabChange | null;
}

/**
 * Make the house `name`, or what is missing of it; one provision at a time in a household, so that
 * no two take the same port. With `dryRun` nothing is written. Throws UserError.
 */
export async function provision(
  root: string,
  name: string,
  wishes: Wishes,
  options: ProvisionOptions,
): Promise<Provisioned> {
  const first = await prepare(root, name, wishes, options);
  if (options.dryRun || isDone(first)) return first;
  const lock = await lockHousehold(root, `provision ${name}`, options.clock);
  try {
    const { house } = first;
    for (const folder of [dirname(house), house, join(house, 'home')]) sweepTemporaries(folder);
    const prepared = await prepare(root, name, wishes, options);
    for (const step of prepared.plan.steps) await applyStep(root, step);
    if (prepared.crontab !== null) await installCrontab(root, name, options);
    return prepared;
  } finally {
    lock.release();
  }
}

const isDone = ({ plan, crontab }: Provisioned): boolean =>
  plan.steps.length === 0 && (crontab === null || crontab.before === crontab.after);

async function prepare(
  root: string,
  name: string,
  wishes: Wishes,
  options: ProvisionOptions,
): Promise<Provisioned> {
  const seen = await readHouseSnapshot(root, name);
  const { decided, notes } = await decide(wishes, seen, randomBytes(32).toString('hex'));
  const plan = planProvision(wishes, seen, decided);
  plan.notes.unshift(...notes, ...repositoryNotes(seen));
  const crontab = options.crontab
    ? crontabChange(houseToBe(seen, plan), options.environment, plan.notes)
    : null;
  return { house: seen.paths.house, plan, crontab };
}

function repositoryNotes({ repository }: HouseSnapshot): string[] {
  if (repository === 'unknown') {
    return ['git is not installed, so the house has no repository: checkpoints need one'];
  }
  if (repository !== 'outer') return [];
  return ['its files belong to a git repository around it, so it got none of its own'];
}

/** The house as it stands, or as house.yaml will say: that is also the proof that what is written can be read. */
function houseToBe({ root, name, paths, settings }: HouseSnapshot, plan: Plan): House {
  const written = plan.steps.find((step) => step.type === 'file' && step.path === paths.settings);
  const text = written?.type === 'file' ? written.content : '';
  return { root, name, paths, settings: settings ?? houseSchema.parse(parse(text)) };
}

/** A machine without a crontab still gets its house. */
function crontabChange(
  house: House,
  environment: NodeJS.ProcessEnv,
  notes: string[],
): CrontabChange | null {
  try {
    const before = openCrontab(environment).read();
    const block = { root: house.root, wizard: house.name, lines: linesOf(house) };
    return { before: fromBytes(before), after: fromBytes(planCrontab(before, [block])) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    notes.push(`no crontab block: ${error.message}; ${error.hint ?? 'see `robed crontab check`'}`);
    return null;
  }
}
