import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode, UserError } from '../../lib/core/errors.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { armFaults, step, systemError } from '../../lib/platform/faults.ts';
import { self } from '../../lib/platform/identity.ts';
import { readText } from '../../lib/queue/reading.ts';
import {
  householdAt,
  makeHousehold,
  openTestHouse,
  settableClock,
  type TestHouse,
} from '../support/house.ts';
import { type Facts, personsBytes } from './check-house.ts';
import { seeded } from './random.ts';
import { theirFiles, treeLines } from './repeated.ts';
import { SCENARIOS } from './scenarios.ts';
import { makeAtHome, takeSnapshot, writeSnapshot } from './snapshots.ts';
import type { Scenario, Stage } from './stage.ts';
import type { Violation } from './tally.ts';

/** A house as a fault left it, in a folder of its own; `facts.json` beside it. */
export interface Point {
  folder: string;
  scenario: string;
  seed: number;
  /** Which call it was: its number, what it was about to do, to what. */
  at: string;
  /** Calls before which the disk looked just the same: a kill there leaves the same to recover. */
  same: string[];
  /** What was wrong at once, before anybody recovered anything. */
  violations: Violation[];
}

/** What is to come of a house. */
export interface Expected extends Facts {
  /** Of an operation that is done again: a person's files as they stood, and the household as it left it. */
  theirs: Record<string, string>;
  tree: string[];
}

export const factsOf = (folder: string): string => `${folder}.facts.json`;

/** Starts nothing, but passes the seam as a start does. The run is held by us, as long as we live. */
const seamLaunch = async () => {
  step('spawn', 'runner');
  return self();
};

const stageOf = (house: TestHouse, seed: number, now?: number): Stage => ({
  house,
  random: seeded(seed),
  clock: settableClock(now),
  launch: seamLaunch,
  takeOver: seamLaunch,
});

/** A house as it stands before the operation of a scenario, with what is to come of it. */
export async function makeBase(name: string, seed: number, folder: string): Promise<Point> {
  const { stage, scenario } = await prepare(name, seed, folder);
  const to = join(folder, `${name}-${seed}`);
  writeFileSync(factsOf(to), await unharmed(scenario, stage, lookAt(stage)));
  writeSnapshot(takeSnapshot(stage.house.root), to);
  stage.house.remove();
  return { folder: to, scenario: name, seed, at: '0', same: [], violations: [] };
}

/** Play a scenario once, and keep what the disk looked like before each of its calls and at its end. */
export async function makeKillPoints(name: string, seed: number, folder: string): Promise<Point[]> {
  const { stage, scenario } = await prepare(name, seed, folder);
  const { root } = stage.house;
  const before = lookAt(stage);
  let count = 0;
  const { points, keep } = keeper(root, (at) => ({
    folder: join(folder, `${name}-${seed}-${count}`),
    ...{ scenario: name, seed, at, same: [], violations: [] },
  }));
  const snapshot = (operation: string, path: string) => {
    keep(`${++count} ${operation} ${path.replace(root, '')}`);
  };
  armFaults(snapshot);
  try {
    await scenario.operate(stage);
  } finally {
    armFaults(null);
  }
  snapshot('end', '');
  const facts = JSON.stringify(factsFrom(scenario, before, stage));
  for (const point of points) writeFileSync(factsOf(point.folder), facts);
  stage.house.remove();
  return points;
}

/** Keeps what the disk looks like, once where it looks the same again. */
function keeper(root: string, pointOf: (at: string) => Point) {
  const states = new Map<string, Point>();
  const points: Point[] = [];
  const keep = (at: string): void => {
    const snapshot = takeSnapshot(root);
    const known = states.get(snapshot.digest);
    if (known !== undefined) {
      known.same.push(at);
      return;
    }
    const point = pointOf(at);
    writeSnapshot(snapshot, point.folder);
    states.set(snapshot.digest, point);
    points.push(point);
  };
  return { points, keep };
}

/** Play a scenario once for each of its calls, which fails with `code`. */
export async function makeErrorPoints(
  name: string,
  seed: number,
  folder: string,
  code: string,
): Promise<Point[]> {
  const { stage, scenario } = await prepare(name, seed, folder);
  const base = stage.house;
  const before = lookAt(stage);
  const facts = await unharmed(scenario, stage, before);
  const standing = takeSnapshot(base.root);
  const points: Point[] = [];
  for (let number = 1; ; number++) {
    const to = join(folder, `${name}-${seed}-${code}-${number}`);
    writeSnapshot(standing, to);
    makeAtHome(to);
    const { met, violations } = await failAt(
      scenario,
      stageOf(householdAt(to), seed, stage.clock.now()),
      number,
      code,
    );
    if (met === null) {
      rmSync(to, { recursive: true, force: true });
      break;
    }
    writeFileSync(factsOf(to), facts);
    points.push({
      folder: to,
      scenario: name,
      seed,
      at: `${number} ${code} ${met.replace(to, '')}`,
      same: [],
      violations,
    });
  }
  base.remove();
  return points;
}

/** What a scenario comes to where nothing fails, played in a copy. */
async function unharmed(scenario: Scenario, stage: Stage, before: Look): Promise<string> {
  const to = `${stage.house.root}-unharmed`;
  writeSnapshot(takeSnapshot(stage.house.root), to);
  makeAtHome(to);
  const copy = { ...stage, house: householdAt(to), random: seeded(0) };
  await scenario.operate(copy);
  const facts = JSON.stringify(factsFrom(scenario, before, copy));
  copy.house.remove();
  return facts;
}

async function failAt(
  scenario: Scenario,
  stage: Stage,
  number: number,
  code: string,
): Promise<{ met: string | null; violations: Violation[] }> {
  let met: string | null = null;
  let count = 0;
  armFaults((operation, path) => {
    count += 1;
    if (count !== number) return;
    met = `${operation} ${path}`;
    throw systemError(code, operation, path);
  });
  const violations: Violation[] = [];
  try {
    await scenario.operate(stage);
  } catch (error) {
    const expected = error instanceof UserError || errorCode(error) === code;
    const what = `an error of another kind: ${(error as Error).stack}`;
    if (!expected) violations.push({ harm: 'unexplained', what });
  } finally {
    armFaults(null);
  }
  return { met, violations };
}

/** Recover a house that a fault left, and keep what each call of the recovery found. Consumes it. */
export async function makeRecoveryPoints(
  point: Point,
  wanted: (at: number) => boolean,
): Promise<Point[]> {
  makeAtHome(point.folder);
  const house = householdAt(point.folder);
  const facts = JSON.parse(readFileSync(factsOf(point.folder), 'utf8')) as Facts;
  let count = 0;
  const clock = settableClock(Math.max(Date.now(), facts.now) + 10_000);
  const { points, keep } = keeper(house.root, (at) => {
    // No name that YAML would put in quotes where another household's is not.
    const folder = `${point.folder}-again-${count}`;
    cpSync(factsOf(point.folder), factsOf(folder));
    return { ...point, folder, at, same: [] };
  });
  armFaults((operation, path) => {
    count += 1;
    if (!wanted(count)) return;
    const first = point.at.split(' ')[0];
    keep(`${first}+${count} ${point.at}, then ${operation} ${path.replace(house.root, '')}`);
  });
  try {
    if (SCENARIOS[point.scenario]?.again) await repair(point);
    else {
      const context = await openTestHouse(house, { clock });
      await reconcile(context, { claim: false });
      closeHouse(context);
    }
  } finally {
    armFaults(null);
  }
  forget(point);
  return points;
}

/** The operation is done again, where that is what repairs it. */
export async function repair({ folder, scenario, seed }: Point): Promise<void> {
  const { now } = JSON.parse(readFileSync(factsOf(folder), 'utf8')) as Facts;
  await SCENARIOS[scenario]?.operate(stageOf(householdAt(folder), seed, now));
}

export function forget(point: Point): void {
  rmSync(point.folder, { recursive: true, force: true });
  rmSync(factsOf(point.folder), { force: true });
}

async function prepare(
  name: string,
  seed: number,
  folder: string,
): Promise<{ stage: Stage; scenario: Scenario }> {
  const scenario = SCENARIOS[name];
  if (scenario === undefined)
    throw new UserError(`expected one of ${Object.keys(SCENARIOS).join(', ')}, found ${name}`);
  const stage = stageOf(makeHousehold('', { folder }), seed);
  await scenario.prepare(stage);
  return { stage, scenario };
}

interface Look {
  keys: string[];
  named: string[];
  titles: string[];
  text: string;
  finished: string[];
  lastEvent: number;
  now: number;
  theirs: Record<string, string>;
}

function lookAt({ house, clock }: Pick<Stage, 'house' | 'clock'>): Look {
  const reading = readText(house.paths.queue, readFileSync(house.paths.queue));
  const finished = new Set(
    reading.doc.entries
      .filter((entry) => entry.status === 'COMPLETE')
      .map((entry) => entry.id ?? entry.handle),
  );
  let lastEvent = 0;
  if (existsSync(house.paths.database)) {
    const db = new DatabaseSync(house.paths.database, { readOnly: true });
    for (const row of db.prepare("SELECT key FROM tasks WHERE status = 'COMPLETE'").all())
      finished.add(String(row['key']));
    lastEvent = Number(db.prepare('SELECT max(id) AS last FROM events').get()?.['last'] ?? 0);
    db.close();
  }
  return {
    keys: [...reading.keyed.states.keys()],
    named: reading.doc.entries.map((entry) => entry.id).filter((id) => id !== null),
    titles: reading.doc.entries.map((entry) => entry.title),
    text: personsBytes(reading),
    finished: [...finished],
    lastEvent,
    now: clock.now(),
    theirs: theirFiles(house.root),
  };
}

/** Where a command dies it may have been done or not; all else has to come to what it always comes to. */
function factsFrom(scenario: Scenario, before: Look, stage: Stage): Expected {
  const after = lookAt(stage);
  const { finished, lastEvent, theirs } = before;
  const tree = scenario.again ? treeLines(stage.house.root) : [];
  const remembered = scenario.forgets !== true;
  const common = {
    finished,
    lastEvent,
    remembered,
    theirs,
    tree,
    now: Math.max(before.now, after.now),
  };
  if (!scenario.command)
    return {
      ...common,
      ids: [...after.named, ...(scenario.keeps ?? [])],
      titles: after.titles,
      texts: [after.text],
    };
  const unnamed = before.named.length < before.keys.length;
  return {
    ...common,
    ids: before.named.filter((id) => after.named.includes(id)),
    titles: before.titles,
    // Naming an entry is Robed's to do.
    texts: unnamed ? [] : [before.text, after.text],
  };
}
