import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { EXIT, UserError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { cronLines, type TickProgram } from '../houses/cron-lines.ts';
import { type BlockChange, fromBytes, planCrontab, readBlocks } from '../houses/crontab-block.ts';
import { type House, loadHouse } from '../houses/household.ts';
import { jobFiles } from '../houses/job-files.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { openCrontab } from '../platform/crontab-client.ts';
import { removeIfExists } from '../platform/files.ts';
import { acquireLock } from '../platform/lock.ts';
import { sweepTemporaries } from '../platform/temp-files.ts';

export interface CrontabOptions {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Plan only. */
  dryRun?: boolean;
}

/** The whole crontab, for a diff; equal where nothing changes. */
export interface CrontabChange {
  before: string;
  after: string;
}

/** How many earlier crontabs are kept. */
const KEPT = 10;

/** Whoever edits the crontab at the same time is waited for so often. */
const TRIES = 50;
const TRY_MS = 100;

/** How crontab lines and units start a tick, from this installation. */
export function tickProgram(): TickProgram {
  const root = packageRoot();
  const pinned = [join(root, 'node_modules/.bin/node'), join(root, '../.bin/node')];
  return {
    script: join(root, 'scripts', 'tick.sh'),
    node: pinned.some((path) => existsSync(path)) ? null : process.execPath,
  };
}

/** The lines that a house's block is to have. Throws UserError. */
export const linesOf = (house: House): string[] => cronLines(house, tickProgram());

/**
 * Put the block of one wizard into the crontab of whoever runs this, or bring it up to date.
 * Nothing is written where nothing changes. Throws UserError with nothing written.
 */
export async function installCrontab(
  root: string,
  wizard: string,
  options: CrontabOptions,
): Promise<CrontabChange> {
  const house = await loadHouse(root, wizard);
  const block = { root, wizard, lines: linesOf(house) };
  // Before it is there: a crash in between leaves a note too many, which says nothing.
  return changeCrontab(root, [block], options, () => noteInstalled(house, options.clock));
}

/** Take the block of one wizard out; of a house that is gone too. Throws UserError as above. */
export function uninstallCrontab(
  root: string,
  wizard: string,
  options: CrontabOptions,
): Promise<CrontabChange> {
  return changeCrontab(root, [{ root, wizard, lines: null }], options);
}

/** The wizards that have a block in this household's name, houses that are gone among them. */
export function wizardsWithBlocks(root: string, environment: NodeJS.ProcessEnv): string[] {
  const blocks = readBlocks(openCrontab(environment).read());
  return blocks.filter((block) => block.root === root).map(({ wizard }) => wizard);
}

/** Its time says since when the block is there; without it a person put it there. */
export const installedPath = ({ paths }: House): string =>
  join(jobFiles(paths, 'dispatch').folder, 'installed');

function noteInstalled(house: House, clock: Clock): void {
  const path = installedPath(house);
  sweepTemporaries(dirname(path));
  writeAtomic(path, `${new Date(clock.now()).toISOString()}\n`, { directoryMode: 0o700 });
}

/**
 * Read, plan, read again, write, read back. Between the second reading and the write somebody may
 * still save: that moment is as short as it can be made, and a save is in the backup or told.
 */
async function changeCrontab(
  root: string,
  changes: readonly BlockChange[],
  { clock, environment, dryRun = false }: CrontabOptions,
  beforeWrite: () => void = () => {},
): Promise<CrontabChange> {
  const crontab = openCrontab(environment);
  const planned = (before: string) => ({ before, after: planCrontab(before, changes) });
  const told = ({ before, after }: CrontabChange) => ({
    before: fromBytes(before),
    after: fromBytes(after),
  });
  const first = planned(crontab.read());
  if (dryRun || first.before === first.after) return told(first);
  const lock = await takeLock(join(root, 'logs', '.crontab'), clock);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const change = planned(crontab.read());
      if (change.before === change.after) return told(change);
      keepBackup(join(root, 'logs'), change.before, clock);
      beforeWrite();
      if (crontab.read() !== change.before) continue;
      crontab.write(change.after);
      if (crontab.read() === change.after) return told(change);
      throw new UserError('the crontab reads otherwise than it was written', {
        hint: `somebody else may have saved it just then: see \`crontab -l\`, and ${join(root, 'logs')}/crontab.* for how it was`,
      });
    }
  } finally {
    lock.release();
  }
  throw new UserError('the crontab changes again and again; nothing was written', {
    hint: 'close the editor that has it open, and try again',
    exitCode: EXIT.busy,
  });
}

async function takeLock(path: string, clock: Clock) {
  for (let tries = 0; tries < TRIES; tries++) {
    const lock = await acquireLock(path, { what: 'crontab', clock });
    if ('release' in lock) return lock;
    await sleep(TRY_MS);
  }
  throw new UserError('another process of Robed is changing the crontab; nothing was written', {
    hint: 'try again in a moment',
    exitCode: EXIT.busy,
  });
}

function keepBackup(logs: string, text: string, clock: Clock): void {
  const time = new Date(clock.now()).toISOString().replace(/[-:]/g, '');
  const bytes = Buffer.from(text, 'latin1');
  writeAtomic(join(logs, `crontab.${time}`), bytes, { mode: 0o600, directoryMode: 0o700 });
  const kept = readdirSync(logs).filter((name) => /^crontab\.\d{8}T[\d.]+Z$/.test(name));
  for (const old of kept.sort().slice(0, -KEPT)) removeIfExists(join(logs, old));
}
