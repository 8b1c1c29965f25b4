import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { starterFolders } from '../../lib/houses/paths.ts';
import { makeHousehold, openTestHouse, settableClock, type TestHouse } from '../support/house.ts';
import { checkDone, type Facts } from './check-house.ts';
import { driveToIdle } from './drive.ts';
import { added, entriesOf, newQueue } from './person.ts';
import { gaveBack, type Program, processesOf, startProgram } from './programs.ts';
import { seeded } from './random.ts';
import { bundleOperation } from './strace.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';
import { workFolder } from './work-folder.ts';

/** Between two crashes. */
const CRASH_MS = 1000;

/** Fewer show nothing, however little time there is. */
const LEAST = 8;

/** So many crashes, and what a process holds has settled: growth counts from there. */
const SETTLED = 5;

/** What is no leak: what is kept of a longer queue, and room in pages that are in use. */
const GROWTH_KB = 24 * 1024;
const GROWTH_FDS = 4;

/** Whatever is left to do once the crashes are over is done within this. */
const PATIENCE_MS = 120_000;

/**
 * R10: for as long as it takes, a crash a second, while tasks come in. Two houses: in one it is the
 * watcher that is killed, in the other what the watcher has started, so that one process lives
 * through it all.
 */
export async function soak(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R10');
  const folder = workFolder();
  const program = await bundleOperation();
  const random = seeded(options.seed);
  const fail = (violation: Violation) =>
    tally.failures.push({
      ...violation,
      replay: replayCommand('R10', options.seed, 'soak', String(options.points)),
    });
  const killed = makeHousehold(newQueue(), { folder });
  const lasting = makeHousehold(newQueue(), { folder });
  let victim = startProgram(program, killed, 'watcher');
  const survivor = startProgram(program, lasting, 'watcher');
  const held: Held[] = [];
  /** Without what a garbage collector leaves lying about: once settled, and at the end. */
  const rested: Held[] = [];
  let number = 0;
  try {
    while (
      tally.tried < Math.min(LEAST, options.points) ||
      (tally.tried < options.points && performance.now() < options.deadline)
    ) {
      for (const house of [killed, lasting])
        for (let n = 0; n < 3; n++) save(house, `T-${++number}`);
      await sleep(CRASH_MS * (0.5 + random()));
      victim.child.kill('SIGKILL');
      await victim.ended;
      victim = startProgram(program, killed, 'watcher');
      killSome(survivor, lasting, random());
      tally.tried += 1;
      if (survivor.child.exitCode !== null) break;
      held.push(heldBy(survivor));
      if (tally.tried === SETTLED) rested.push(await atRest(survivor, lasting));
      options.progress?.(tally);
    }
    await come(() => isAllDone(killed) && isAllDone(lasting));
    rested.push(await atRest(survivor, lasting));
    for (const { child } of [victim, survivor]) child.kill('SIGTERM');
    const said = await Promise.all([victim.ended, survivor.ended]);
    for (const text of said) if (text !== '') fail({ harm: 'unexplained', what: text });
    await come(() => processesOf(folder).length === 0);
    for (const house of [killed, lasting])
      for (const violation of await check(house)) fail(violation);
    const left = processesOf(folder).length;
    if (left > 0) fail({ harm: 'unexplained', what: `${left} processes are left` });
    for (const violation of growth(held, rested)) fail(violation);
    tally.notes.push(...figures(held, rested, number));
  } finally {
    for (const { child } of [victim, survivor]) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    rmSync(program, { force: true });
  }
  return tally;
}

/** What a process holds. */
interface Held {
  rssKb: number;
  descriptors: number;
  children: number;
}

function heldBy({ child }: Program): Held {
  const proc = `/proc/${child.pid}`;
  const status = readFileSync(`${proc}/status`, 'utf8');
  const children = readFileSync(`${proc}/task/${child.pid}/children`, 'utf8');
  return {
    rssKb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0),
    descriptors: readdirSync(`${proc}/fd`).length,
    children: children.split(' ').filter(Boolean).length,
  };
}

async function atRest(watcher: Program, house: TestHouse): Promise<Held> {
  const given = gaveBack(house.root);
  rmSync(given, { force: true });
  watcher.child.kill('SIGUSR2');
  await come(() => existsSync(given));
  return heldBy(watcher);
}

/** What the watcher started for its tasks: the shells that wait, and what they run. */
function killSome(watcher: Program, house: TestHouse, share: number): void {
  for (const pid of processesOf(house.root)) {
    if (pid === watcher.child.pid || share > 0.8) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had just ended.
    }
  }
}

/** Half of what was held once it had settled, against half at the end; memory from rest to rest. */
function growth(held: readonly Held[], rested: readonly Held[]): Violation[] {
  const violations: Violation[] = [];
  const tell = (what: string) => violations.push({ harm: 'unexplained', what });
  const [first, last] = [rested[0], rested.at(-1)];
  if (first && last && last.rssKb - first.rssKb > GROWTH_KB) tell('the watcher’s memory grows');
  const settled = held.slice(SETTLED);
  if (settled.length < 4) return violations;
  const [before, after] = [settled.slice(0, settled.length / 2), settled.slice(settled.length / 2)];
  const grown = (of: (one: Held) => number) => least(after, of) - least(before, of);
  if (grown(({ descriptors }) => descriptors) > GROWTH_FDS) tell('its descriptors grow');
  if (grown(({ children }) => children) > 2) tell('its children grow');
  return violations;
}

const least = (held: readonly Held[], of: (one: Held) => number): number =>
  Math.min(...held.map(of));

function figures(held: readonly Held[], rested: readonly Held[], tasks: number): string[] {
  const [first, last] = [rested[0], rested.at(-1)];
  if (first === undefined || last === undefined) return [];
  const most = Math.max(...held.map(({ rssKb }) => rssKb));
  const mb = (kb: number) => `${Math.round(kb / 1024)} MB`;
  return [
    `${tasks} tasks; the watcher that lived: memory at rest ${mb(first.rssKb)} → ${mb(last.rssKb)}, at most ${mb(most)}, ` +
      `descriptors ${first.descriptors} → ${last.descriptors}, children ${first.children} → ${last.children}`,
  ];
}

function save(house: TestHouse, id: string): void {
  // By rename, as an editor that looks whether the file changed meanwhile.
  house.write(added(house.read(), id));
}

const isAllDone = (house: TestHouse): boolean =>
  entriesOf(house.read()).every(({ status }) => status === 'COMPLETE');

async function come(there: () => boolean): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS && !there(); waited += 50) await sleep(50);
}

async function check(house: TestHouse): Promise<Violation[]> {
  const clock = settableClock(Date.now() + 10_000);
  const context = await openTestHouse(house, { clock });
  await driveToIdle(context, clock);
  const ids = entriesOf(house.read()).map(({ id }) => id);
  const none = { titles: [], finished: [], texts: [], lastEvent: 0, remembered: true, now: 0 };
  const violations = checkDone(context, { ids, ...none } satisfies Facts);
  context.db.close();
  const starters = starterFolders(house.paths);
  const left = existsSync(starters)
    ? readdirSync(starters).map((name) => join(starters, name))
    : [];
  if (left.length > 1)
    violations.push({ harm: 'unexplained', what: `${left.length} shells' folders are left` });
  return violations;
}
