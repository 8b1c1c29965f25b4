import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../../lib/core/clock.ts';
import { type HousePaths, housePaths } from '../../lib/houses/paths.ts';
import type { HouseContext, LaunchRunner } from '../../lib/operations/context.ts';
import { openHouse } from '../../lib/operations/open-house.ts';
import type { ProcessIdentity } from '../../lib/platform/identity.ts';
import { self } from '../../lib/platform/identity.ts';

const WIZARD = 'ezra';

const SETTINGS = `queue:
  adopted: true
bodies:
  allow: [shell, external]
`;

/** A household of one house, in a folder of its own. */
export interface TestHouse {
  root: string;
  name: string;
  paths: HousePaths;
  /** The queue's text; writing replaces the file as an editor that renames would not: in place. */
  read(): string;
  write(text: string): void;
  /** Takes the whole household away. */
  remove(): void;
}

/** Make a household in `folder` whose one queue says `queue`; `settings` is its house.yaml. */
export function makeHousehold(
  queue: string,
  { settings = SETTINGS, folder = tmpdir() } = {},
): TestHouse {
  const root = realpathSync(mkdtempSync(join(folder, 'robed-household-')));
  const house = householdAt(root);
  mkdirSync(dirname(house.paths.queue), { recursive: true });
  writeFileSync(house.paths.settings, settings);
  house.write(queue);
  return house;
}

/** The household that stands at `root`, made by `makeHousehold` or copied from one. */
export function householdAt(root: string): TestHouse {
  const paths = housePaths(join(root, 'wizards', WIZARD));
  return {
    root,
    name: WIZARD,
    paths,
    read: () => readFileSync(paths.queue, 'utf8'),
    write: (text) => writeFileSync(paths.queue, text),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A clock that stands still until it is told to go on. Starts at the present, since files have times too. */
export interface SettableClock extends Clock {
  advance(ms: number): void;
}

export function settableClock(start = Date.now()): SettableClock {
  let passed = 0;
  return {
    now: () => start + passed,
    monotonic: () => passed,
    advance: (ms) => {
      passed += ms;
    },
  };
}

/** Somebody who is proved dead: no system gives out such a pid. */
export const deadProcess = (): ProcessIdentity => ({
  pid: 2 ** 31 - 2,
  start: '1',
  boot: self().boot,
});

/** Starts nothing: the run is held by this very process, which never does it. */
export const launchNobody: LaunchRunner = async () => self();

export function openTestHouse(
  house: TestHouse,
  options: { clock: Clock; launch?: LaunchRunner; environment?: NodeJS.ProcessEnv },
): Promise<HouseContext> {
  return openHouse(house.root, house.name, {
    clock: options.clock,
    environment: options.environment ?? { PATH: process.env['PATH'], HOME: house.root },
    launch: options.launch ?? launchNobody,
  });
}
