import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../lib/core/clock.ts';
import type { Idleness } from '../../lib/operations/idleness.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { openWatch, type WatchOptions } from '../../lib/operations/watch-house.ts';
import { self } from '../../lib/platform/identity.ts';
import { householdAt, makeHousehold, openTestHouse, type TestHouse } from '../support/house.ts';
import { checkAtRest, type Facts } from './check-house.ts';
import { added, entriesOf, newQueue } from './person.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';
import { workFolder } from './work-folder.ts';

/** More than the kernel keeps hints of (16,384), made while nobody can read them. */
const BURST = 20_000;

/** Waits longer than the moments between two looks never end: no look comes by itself. */
const MOMENT = 200;
const impatient: WatchOptions['timer'] = (ms, fn) => (ms < MOMENT ? systemTimer(ms, fn) : () => {});

/** How long a hint may take; what comes later has been missed. */
const HINT_MS = 3000;

/** What a look doesn't find within this, it never will. */
const LOOK_MS = 120_000;

/** What somebody does with the files of a house that is watched; each adds the task `id`. */
const DEEDS: Readonly<Record<string, (house: TestHouse, id: string) => void>> = {
  burst: (house, id) => {
    const { home } = house.paths;
    for (let n = 0; n < BURST; n++) writeFileSync(join(home, `note-${n}.txt`), '');
    saveByRename(house, id);
    for (let n = 0; n < BURST; n++) unlinkSync(join(home, `note-${n}.txt`));
  },
  'burst-of-reports': (house, id) => {
    const { work } = house.paths;
    for (let n = 0; n < BURST; n++) writeFileSync(join(work, `.note-${n}`), '');
    saveByRename(house, id);
    for (let n = 0; n < BURST; n++) unlinkSync(join(work, `.note-${n}`));
  },
  vim: ({ paths }, id) => {
    const folder = dirname(paths.queue);
    writeFileSync(join(folder, '4913'), '');
    unlinkSync(join(folder, '4913'));
    const text = added(readFileSync(paths.queue, 'utf8'), id);
    writeFileSync(join(folder, '.WORK-QUEUE.md.swp'), 'swap');
    renameSync(paths.queue, `${paths.queue}~`);
    writeFileSync(paths.queue, text);
    unlinkSync(`${paths.queue}~`);
    unlinkSync(join(folder, '.WORK-QUEUE.md.swp'));
  },
  'vs-code': ({ paths }, id) =>
    writeFileSync(paths.queue, added(readFileSync(paths.queue, 'utf8'), id)),
  'by-rename': (house, id) => saveByRename(house, id),
  'twice-at-once': (house, id) => {
    saveByRename(house, `${id}-0`);
    saveByRename(house, id);
  },
  'folder-replaced': (house, id) => replace(house.paths.home, () => saveByRename(house, id)),
  'work-replaced': (house, id) => {
    replace(house.paths.work, () => {});
    replace(house.paths.completed, () => {});
    saveByRename(house, id);
  },
  'house-replaced': (house, id) => replace(house.paths.house, () => saveByRename(house, id)),
};

/** R8: whatever hints of the kernel are lost, one look finds everything. */
export async function missHints(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R8');
  const folder = workFolder();
  let hinted = 0;
  const names = options.scenario === undefined ? Object.keys(DEEDS) : [options.scenario];
  try {
    for (let seed = options.seed; tally.tried < options.points; seed++) {
      for (const name of names) {
        if (performance.now() > options.deadline) return tally;
        const done = await tryDeed(name, folder);
        tally.tried += 1;
        hinted += done.hinted ? 1 : 0;
        const replay = replayCommand('R8', seed, name, '0');
        for (const violation of done.violations)
          tally.failures.push({ ...violation, what: `${name}: ${violation.what}`, replay });
        options.progress?.(tally);
      }
      if (options.scenario !== undefined) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    tally.notes.push(`${hinted} found by a hint, the others by the look that comes anyway`);
  }
  return tally;
}

/** Two deeds, one after the other: the second after what the first one may have broken. */
async function tryDeed(
  name: string,
  folder: string,
): Promise<{ hinted: boolean; violations: Violation[] }> {
  const house = makeHousehold(added(newQueue(), 'T-1'), { folder });
  const violations: Violation[] = [];
  let idle: Idleness | null = null;
  const watch = await openWatch(house.root, house.name, {
    clock: systemClock,
    environment: { PATH: process.env['PATH'], HOME: house.root },
    launch: async () => self(),
    timer: impatient,
    onLook: (state) => {
      idle = state;
    },
    onEvents: () => {},
    onTrouble: () => {},
  });
  let hinted = true;
  try {
    await watch.begin();
    await comesTo(() => idle?.type === 'idle' && isDone(house, 'T-1'), LOOK_MS);
    for (const id of ['T-2', 'T-3']) {
      DEEDS[name]?.(house, id);
      if (await comesTo(() => isDone(house, id))) continue;
      hinted = false;
      watch.wake();
      if (!(await comesTo(() => isDone(house, id), LOOK_MS)))
        violations.push({ harm: 'lost', what: `${id} was not seen, also not by a look` });
    }
    await watch.finish();
  } catch (error) {
    violations.push({ harm: 'unexplained', what: `${(error as Error).stack}` });
  } finally {
    await watch.close();
  }
  const context = await openTestHouse(householdAt(house.root), { clock: systemClock });
  violations.push(...checkAtRest(context, factsOf(house)));
  context.db.close();
  house.remove();
  return { hinted, violations };
}

const factsOf = (house: TestHouse): Facts => ({
  ...{ ids: entriesOf(house.read()).map(({ id }) => id), titles: [], finished: [], texts: [] },
  ...{ lastEvent: 0, remembered: true, now: 0 },
});

const isDone = (house: TestHouse, id: string): boolean =>
  entriesOf(house.read()).some((entry) => entry.id === id && entry.status === 'COMPLETE');

async function comesTo(there: () => boolean, patience = HINT_MS): Promise<boolean> {
  for (let waited = 0; waited < patience; waited += 20) {
    try {
      if (there()) return true;
    } catch {
      // Just being replaced.
    }
    await sleep(20);
  }
  return false;
}

function saveByRename({ paths }: TestHouse, id: string): void {
  writeFileSync(`${paths.queue}.new`, added(readFileSync(paths.queue, 'utf8'), id));
  renameSync(`${paths.queue}.new`, paths.queue);
}

/** Another folder in its place, with the same in it, as a restored backup is. */
function replace(folder: string, then: () => void): void {
  mkdirSync(dirname(folder), { recursive: true });
  cpSync(folder, `${folder}.copy`, { recursive: true });
  renameSync(folder, `${folder}.old`);
  renameSync(`${folder}.copy`, folder);
  then();
  rmSync(`${folder}.old`, { recursive: true, force: true });
}
