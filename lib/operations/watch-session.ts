import { existsSync, rmSync } from 'node:fs';
import { EXIT, UserError } from '../core/errors.ts';
import { houseFolder, loadHouse } from '../houses/household.ts';
import { housePaths } from '../houses/paths.ts';
import { inodeOf } from '../platform/files.ts';
import { acquireLock, type Lock } from '../platform/lock.ts';
import type { HouseContext } from './context.ts';
import { stampOf } from './job.ts';
import { closeHouse, type OpenOptions, openHouse } from './open-house.ts';

/** A house opened by the one process that watches it. */
export interface WatchSession {
  readonly context: HouseContext;
  isOpen(): boolean;
  /** False once somebody took the lock's folder away: claim nothing more. */
  holds(): boolean;
  /** `gone`: the home isn't there; `replaced`: another stands in its place. */
  home(): 'ours' | 'gone' | 'replaced';
  /** Read house.yaml again where it changed. Throws UserError where it can't be read; the old settings stay. */
  refresh(): Promise<void>;
  close(): void;
}

/** Take the watcher's lock of a house and open it. Throws UserError, exit 75, where another has it. */
export async function openSession(
  root: string,
  name: string,
  options: OpenOptions,
): Promise<WatchSession> {
  const { settings: file, home, database, watcherLock } = housePaths(houseFolder(root, name));
  const lock = await takeLock(watcherLock, name, options);
  let settings = stampOf(file);
  let context: HouseContext;
  try {
    context = await openHouse(root, name, options);
  } catch (error) {
    lock.release();
    throw error;
  }
  const opened = inodeOf(database);
  let open = true;
  return {
    context,
    isOpen: () => open,
    holds: () => open && !lock.lost,
    home() {
      if (!existsSync(home)) return 'gone';
      return inodeOf(database) === opened ? 'ours' : 'replaced';
    },
    async refresh() {
      const now = stampOf(file);
      if (now === settings || now === null) return;
      settings = now;
      const changed = await loadHouse(root, name);
      if (changed.paths.queue !== context.house.paths.queue) {
        throw new UserError(
          `${name}: queue.path changed; that counts from the next \`robed start\``,
        );
      }
      context.house = changed;
    },
    close() {
      if (!open) return;
      open = false;
      closeHouse(context);
      // In a home that is no longer ours there is nothing to let go of.
      if (inodeOf(database) === opened) lock.release();
    },
  };
}

async function takeLock(path: string, name: string, { clock }: OpenOptions): Promise<Lock> {
  const request = { what: 'start', clock };
  let lock = await acquireLock(path, request);
  if (!('release' in lock) && lock.heldBy?.identity.pid === process.pid) {
    // A home that was copied while we watched it, and put in its own place: so was our lock.
    rmSync(`${path}.lock`, { recursive: true, force: true });
    lock = await acquireLock(path, request);
  }
  if ('release' in lock) return lock;
  const { heldBy } = lock;
  const who = heldBy
    ? `process ${heldBy.identity.pid}, since ${new Date(heldBy.since).toISOString()}`
    : 'one that left no name';
  throw new UserError(`expected no other watcher on ${name}, found ${who}`, {
    hint: 'one is enough: `robed status` and `robed log --follow` show what it does',
    exitCode: EXIT.busy,
  });
}
