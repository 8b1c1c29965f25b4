import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { checkScheduledName } from '../houses/crontab-block.ts';
import { loadHouse } from '../houses/household.ts';
import { ownerOf, systemdUnits, type Unit } from '../houses/systemd-units.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { ensureDirectory, removeIfExists } from '../platform/files.ts';
import { readPlain } from '../platform/plain-file.ts';
import { openSystemctl } from '../platform/systemctl-client.ts';
import { selfCommand } from './bodies-context.ts';
import { tickProgram } from './crontab.ts';

export interface SystemdOptions {
  environment: NodeJS.ProcessEnv;
  /** Where units stand; absent: the user's own folder. */
  dir?: string | undefined;
  dryRun?: boolean;
}

/** What became of the unit files of one house. */
export interface SystemdChange {
  dir: string;
  written: string[];
  removed: string[];
  /** What to type where systemd could not be told; empty where it was. */
  commands: string[];
}

/** What was found of one unit. */
export interface UnitCheck {
  wizard: string;
  unit: string;
  ok: boolean;
  message: string;
  /** What to do; '' where nothing is. */
  fix: string;
}

/** One unit of a house as it is to be, and as it is. */
export interface UnitState {
  unit: Unit;
  path: string;
  state: 'installed' | 'differs' | 'missing';
}

const MAX_BYTES = 64 * 1024;

/** `~/.config/systemd/user`. */
function unitFolder(environment: NodeJS.ProcessEnv): string {
  const config =
    environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config');
  return join(config, 'systemd', 'user');
}

/** The names of the units that Robed made for a house, sorted. */
export function unitsOf(
  root: string,
  wizard: string,
  environment: NodeJS.ProcessEnv,
  dir = unitFolder(environment),
): string[] {
  return ownUnits(root, dir)
    .filter((unit) => unit.wizard === wizard)
    .map(({ name }) => name);
}

/** The wizards that have units in this household's name, houses that are gone among them. */
export function wizardsWithUnits(
  root: string,
  { environment, dir = unitFolder(environment) }: SystemdOptions,
): string[] {
  return [...new Set(ownUnits(root, dir).map(({ wizard }) => wizard))];
}

function ownUnits(root: string, dir: string): { name: string; wizard: string }[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => /^robed-.*\.(?:service|timer|path)$/.test(name))
    .sort()
    .flatMap((name) => {
      const owner = ownerAt(join(dir, name));
      return owner?.root === root ? [{ name, wizard: owner.wizard }] : [];
    });
}

/** Each unit that a house is to have. Throws UserError. */
export async function seeUnits(
  root: string,
  wizard: string,
  { environment, dir = unitFolder(environment) }: SystemdOptions,
): Promise<UnitState[]> {
  const house = await loadHouse(root, wizard);
  checkScheduledName(wizard);
  const [node, launcher] = selfCommand();
  const start = [node, launcher, 'start', '--root', root, '--wizard', wizard];
  const programs = { tick: tickProgram(), start };
  const plain = systemdUnits(house, `robed-${wizard}`, programs);
  const taken = plain.some(({ name }) => isOthers(join(dir, name), root, wizard));
  const digest = createHash('sha256').update(`${root}\n${wizard}`).digest('hex').slice(0, 8);
  const units = taken ? systemdUnits(house, `robed-${wizard}-${digest}`, programs) : plain;
  return units.map((unit) => {
    const path = join(dir, unit.name);
    if (isOthers(path, root, wizard)) {
      throw new UserError('expected no file, or a unit of Robed’s own', { file: path });
    }
    const text = textAt(path);
    const state = text === '' ? 'missing' : text === unit.text ? 'installed' : 'differs';
    return { unit, path, state };
  });
}

/** Whether each unit of a house is there, as house.yaml says, and where systemd can be asked, on. */
export async function checkUnits(
  root: string,
  wizard: string,
  options: SystemdOptions,
): Promise<UnitCheck[]> {
  const systemctl = openSystemctl(options.environment);
  const asked = isOwnFolder(options) && systemctl.available();
  return (await seeUnits(root, wizard, options)).map(({ unit, state }) => {
    const off = asked && unit.enable && systemctl.call('is-active', '--quiet', unit.name) !== null;
    const ok = state === 'installed' && !off;
    const message = state === 'installed' && off ? 'installed, and switched off' : state;
    const fix = ok ? '' : `robed systemd install --wizard ${wizard}`;
    return { wizard, unit: unit.name, ok, message, fix };
  });
}

/** Write what is missing or differs, take away what the schedule no longer has, tell systemd. */
export async function installUnits(
  root: string,
  wizard: string,
  options: SystemdOptions,
): Promise<SystemdChange> {
  const { environment, dir = unitFolder(environment), dryRun = false } = options;
  const seen = await seeUnits(root, wizard, options);
  const wanted = new Set(seen.map(({ unit }) => unit.name));
  const stale = unitsOf(root, wizard, environment, dir).filter((name) => !wanted.has(name));
  const changed = seen.filter(({ state }) => state !== 'installed');
  const enable = seen.filter(({ unit }) => unit.enable).map(({ unit }) => unit.name);
  const commands = [...disabling(dir, stale), ['daemon-reload'], ['enable', '--now', ...enable]];
  const change = { dir, written: changed.map(({ unit }) => unit.name), removed: stale };
  if (dryRun) return { ...change, commands: [] };
  ensureDirectory(dir, 0o755);
  for (const { path, unit } of changed) writeAtomic(path, unit.text, { mode: 0o644 });
  return { ...change, commands: tell(options, commands, () => removeUnits(dir, stale)) };
}

/** Stop, switch off and remove every unit of one house; of one that is gone too. */
export function uninstallUnits(
  root: string,
  wizard: string,
  options: SystemdOptions,
): SystemdChange {
  const { environment, dir = unitFolder(environment), dryRun = false } = options;
  const removed = unitsOf(root, wizard, environment, dir);
  const change = { dir, written: [], removed };
  if (dryRun || removed.length === 0) return { ...change, commands: [] };
  const commands = [...disabling(dir, removed), ['daemon-reload']];
  return { ...change, commands: tell(options, commands, () => removeUnits(dir, removed)) };
}

/** A tick that is at work is left to its end: only what `enable` or a person switched on is stopped. */
function disabling(dir: string, names: readonly string[]): string[][] {
  const lasting = names.filter((name) => textAt(join(dir, name)).includes('\n[Install]\n'));
  return lasting.length > 0 ? [['disable', '--now', ...lasting]] : [];
}

/**
 * Give systemd these commands, with `remove` once units are switched off; what it could not be told
 * is returned, to be typed. Units in a folder of somebody's choice are systemd's only once they
 * are linked there.
 */
function tell(
  options: SystemdOptions,
  commands: readonly string[][],
  remove: () => void,
): string[] {
  const systemctl = openSystemctl(options.environment);
  const known = isOwnFolder(options) && systemctl.available();
  const untold: string[] = [];
  for (const command of commands) {
    if (command[0] === 'daemon-reload') remove();
    if (!known || systemctl.call(...command) !== null) {
      untold.push(`systemctl --user ${command.join(' ')}`);
    }
  }
  return untold;
}

const isOwnFolder = ({ environment, dir }: SystemdOptions): boolean =>
  dir === undefined || dir === unitFolder(environment);

/** With the links by which `enable` switched them on. */
function removeUnits(dir: string, names: readonly string[]): void {
  for (const name of names) {
    for (const wants of ['timers', 'paths', 'default']) {
      const link = join(dir, `${wants}.target.wants`, name);
      const found = lstatSync(link, { throwIfNoEntry: false });
      if (found?.isSymbolicLink() && readlinkSync(link).endsWith(name)) removeIfExists(link);
    }
    removeIfExists(join(dir, name));
  }
}

const textAt = (path: string): string => readPlain(path, MAX_BYTES)?.toString('utf8') ?? '';

const ownerAt = (path: string) => ownerOf(textAt(path));

/** Something stands there that is not this house's. */
function isOthers(path: string, root: string, wizard: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  const owner = ownerAt(path);
  return owner?.root !== root || owner.wizard !== wizard;
}
