import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { EXIT, UserError } from '../core/errors.ts';
import { houseFolder } from '../houses/household.ts';
import { housePaths } from '../houses/paths.ts';
import { pausedText } from '../houses/pause.ts';
import { checkUnlinked, retiredPath } from '../houses/retire.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { openCrontab } from '../platform/crontab-client.ts';
import { ensureDirectory, moveFile } from '../platform/files.ts';
import { acquireLock, type Lock, readHolder } from '../platform/lock.ts';
import { endGroup } from '../platform/process-group.ts';
import { openHouseDatabase } from '../records/house-db.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';
import { type CrontabChange, uninstallCrontab } from './crontab.ts';
import { gatewayOf, HALF_NAMES, HALVES } from './gateways.ts';
import { seeHouseState } from './house-state.ts';
import { launchRunner } from './launch-runner.ts';
import { closeHouse, openHouse } from './open-house.ts';
import { lockHousehold } from './provision-lock.ts';
import { stopWork, supervisedRuns } from './stop-work.ts';
import { uninstallUnits, unitsOf } from './systemd.ts';

export interface RetireOptions {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
}

/** What retiring a house does, or would do. */
export interface Retirement {
  from: string;
  to: string;
  /** Tasks whose runs are stopped; they wait for their next turn. */
  stopped: string[];
  /** Gateways that run and are stopped. */
  gateways: string[];
  crontab: CrontabChange | null;
  units: string[];
  notes: string[];
}

/** What `retireHouse` would do. Changes nothing. Throws UserError. */
export async function planRetirement(
  root: string,
  name: string,
  options: RetireOptions,
): Promise<Retirement> {
  const from = houseFolder(root, name);
  if (lstatSync(from).isSymbolicLink()) {
    throw new UserError(`expected a folder at ${from}, found a link`, {
      hint: 'what it leads to is somewhere else: take the link away, and the crontab block by `robed crontab uninstall`',
    });
  }
  checkUnlinked(root, name);
  pause(housePaths(from).settings, { dryRun: true });
  const notes: string[] = [];
  const context = await open(root, name, { ...options, look: true });
  try {
    const state = await seeHouseState(context.house, options);
    return {
      from,
      to: retiredPath(root, name, new Date(options.clock.now()).toISOString().slice(0, 10)),
      stopped: supervisedRuns(context).map(({ task }) => task),
      gateways: HALVES.filter(
        (half) => !['none', 'stopped', 'foreign'].includes(state[half].state),
      ).map((half) => `${HALF_NAMES[half]} (${state[half].detail})`),
      crontab: await takeOutCrontab(root, name, { ...options, dryRun: true }, notes),
      units: unitsOf(root, name, options.environment),
      notes,
    };
  } finally {
    closeHouse(context);
  }
}

/**
 * Take a house out of the household: nothing more is claimed, what runs is stopped, its crontab block
 * and units go, and the whole folder moves, last of all and at once. After a crash in the middle the
 * house stands, paused, and can be retired again. Throws UserError.
 */
export async function retireHouse(
  root: string,
  name: string,
  options: RetireOptions,
): Promise<Retirement> {
  const lock = await lockHousehold(root, `retire ${name}`, options.clock);
  try {
    const planned = await planRetirement(root, name, options);
    const paths = housePaths(planned.from);
    pause(paths.settings);
    const notes: string[] = [];
    const crontab = await takeOutCrontab(root, name, options, notes);
    const { commands } = uninstallUnits(root, name, options);
    const watch = await takeWatch(paths.watcherLock, name, options.clock);
    try {
      const stopped = await stopAll(root, name, options);
      ensureDirectory(join(root, 'retired'), 0o700);
      watch.release();
      moveFile(planned.from, planned.to);
      await endLate(planned.to);
      notes.push(...commands.map((command) => `systemd could not be told: \`${command}\``));
      return { ...planned, stopped, crontab, notes };
    } finally {
      watch.release();
    }
  } finally {
    lock.release();
  }
}

function pause(file: string, { dryRun = false } = {}): void {
  const text = readFileSync(file, 'utf8');
  const paused = pausedText(text);
  if (paused === null) {
    throw new UserError('expected settings one a line, so that this house can be paused', {
      file,
      hint: 'write `paused: true` into it yourself, and retire it again',
      exitCode: EXIT.config,
    });
  }
  if (paused !== text && !dryRun) writeAtomic(file, paused);
}

/** A machine without a crontab has no block in it; one whose markers are torn stops everything. */
async function takeOutCrontab(
  root: string,
  name: string,
  options: RetireOptions & { dryRun?: boolean },
  notes: string[],
): Promise<CrontabChange | null> {
  try {
    openCrontab(options.environment);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    notes.push('this machine has no crontab program, so no block was looked for');
    return null;
  }
  return uninstallCrontab(root, name, options);
}

async function takeWatch(path: string, name: string, clock: Clock): Promise<Lock> {
  const lock = await acquireLock(path, { what: 'retire', clock });
  if ('release' in lock) return lock;
  const pid = readHolder(path)?.identity.pid;
  throw new UserError(
    `${name} is being watched by \`robed start\`${pid ? ` (process ${pid})` : ''}`,
    {
      hint: 'end that with Ctrl-C, and retire the house again; until then it is paused',
      exitCode: EXIT.busy,
    },
  );
}

async function stopAll(root: string, name: string, options: RetireOptions): Promise<string[]> {
  const context = await open(root, name, options);
  try {
    const runs = await stopWork(context, sleep);
    // Also one that house.yaml names no more: it would live on in a house that is gone.
    for (const half of HALVES) {
      await (await gatewayOf(half)).stop(context.house, { ...options, sleep });
    }
    return runs.map(({ task }) => task);
  } finally {
    closeHouse(context);
  }
}

/** A tick that had read house.yaml before it was paused may have claimed something since. */
async function endLate(house: string): Promise<void> {
  const db = openHouseDatabase(housePaths(house).database);
  try {
    for (const run of readOpenRuns(db)) {
      const leader = run.leader ?? run.holder;
      if (leader !== null && leader.pid !== process.pid) {
        await endGroup(leader, { run: run.run, graceMs: 1000, sleep });
      }
    }
  } finally {
    db.close();
  }
}

function open(
  root: string,
  name: string,
  { look = false, ...options }: RetireOptions & { look?: boolean },
): Promise<HouseContext> {
  return openHouse(root, name, { ...options, launch: launchRunner(options.environment), look });
}
