import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeIfExists } from '../../platform/files.ts';
import { liveness } from '../../platform/identity.ts';
import { acquireLock, readHolder } from '../../platform/lock.ts';
import { abandoned } from '../../platform/temp-files.ts';
import type { HouseCheck } from './patient.ts';
import type { Trouble } from './verdict.ts';
import { count, few, quoted, shown } from './words.ts';

/** What a dead process left half-written; the save of a person among it is for the next tick. */
export const leftovers: HouseCheck = {
  of: 'house',
  name: 'leftovers',
  levels: ['warn'],
  finds: 'temporary files whose maker is dead',
  fine: 'no dead process left anything behind',
  mends: true,
  look({ paths, name }, household) {
    const { house, home, work, completed, archive, history, quarantine, inbox, reports } = paths;
    const folders = new Set([
      house,
      home,
      dirname(paths.queue),
      work,
      completed,
      archive,
      history,
      quarantine,
      inbox,
      reports,
    ]);
    const found = [...folders].flatMap((folder) => abandoned(folder, ['tmp', 'swap', 'away']));
    const worthless = found.filter(({ kind }) => kind === 'tmp').map(({ path }) => path);
    const troubles: Trouble[] = [];
    if (worthless.length > 0) {
      const files = count(worthless.length, 'temporary file');
      troubles.push({
        level: 'warn',
        message: `${files} of a process that died: ${few(worthless.map((path) => shown(household, path)))}`,
        fix: `robed doctor --fix --wizard ${name}`,
        mend: {
          does: `removes ${files}`,
          apply: () => worthless.map(removeIfExists),
        },
      });
    }
    if (worthless.length < found.length) {
      troubles.push({
        level: 'warn',
        message: `${count(found.length - worthless.length, 'file')} that a dead process displaced may hold a save of yours that nobody has read yet`,
        fix: `robed task-monitor --wizard ${name}   (takes in what is new, removes the rest)`,
      });
    }
    return troubles;
  },
};

/** Taken over by the next who wants it, so it stands in nobody's way but `ls`'s. */
export const locks: HouseCheck = {
  of: 'house',
  name: 'locks',
  levels: ['warn'],
  finds: 'a lock (of the watcher, of a start) whose holder is proved dead',
  fine: 'no lock is held by the dead',
  mends: true,
  look: ({ paths }, household) =>
    [paths.home, paths.logs, paths.robe]
      .flatMap((folder) => locksIn(folder))
      .flatMap((path) => {
        const holder = readHolder(path);
        if (holder === null || liveness(holder.identity) !== 'dead') return [];
        const { pid } = holder.identity;
        const { clock } = household;
        return [
          {
            level: 'warn',
            message: `${shown(household, `${path}.lock`)} is held by process ${pid} (${holder.what}), which died at its work`,
            fix: `rm -r ${quoted(`${path}.lock`)}   (whoever takes the lock next does so too)`,
            mend: {
              does: `takes away the lock of dead process ${pid}`,
              async apply() {
                const lock = await acquireLock(path, { what: 'doctor', clock });
                if ('release' in lock) lock.release();
              },
            },
          },
        ];
      }),
};

function locksIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(
      (name) => name.endsWith('.lock') && existsSync(join(folder, name.replace(/lock$/, 'holder'))),
    )
    .map((name) => join(folder, name.replace(/\.lock$/, '')));
}
