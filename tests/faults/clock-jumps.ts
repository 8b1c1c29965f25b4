import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HouseContext } from '../../lib/operations/context.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import {
  launchNobody,
  makeHousehold,
  openTestHouse,
  settableClock,
  type TestHouse,
} from '../support/house.ts';
import { checkMarks, entryOf } from './crowd.ts';
import { openDiligent } from './drive.ts';
import { type Program, startProgram } from './programs.ts';
import { taskId } from './queues.ts';
import { between, type Random, seeded } from './random.ts';
import { bundleOperation } from './strace.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';
import { workFolder } from './work-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Days on which clocks change, as UTC of the change. */
const CHANGES = [
  ['Europe/Berlin', '2027-03-28T01:00:00Z'],
  ['Europe/Berlin', '2027-10-31T01:00:00Z'],
  ['America/New_York', '2027-03-14T07:00:00Z'],
  ['America/New_York', '2027-11-07T06:00:00Z'],
] as const;

const EXPRESSIONS = ['30 2 * * *', '0 3 * * *', '*/30 * * * *', '30 1 * * *'];

interface Stand {
  folder: string;
  program: string;
  random: Random;
}

type Case = (stand: Stand) => Promise<Violation[]>;

/** Skipped where libfaketime isn't there. */
const FAKED = new Set(['three-clocks']);

const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    CHANGES.flatMap(([zone, at]) =>
      EXPRESSIONS.map((expression, index): [string, Case] => [
        `${zone.replace('/', '-')}-${at.slice(0, 10)}-${index}`,
        (stand) => passChange(stand, zone, Date.parse(at), expression),
      ]),
    ),
  ),
  jumps: jumpAbout,
  'stopped-runner': (stand) => stopAndGoOn(stand, 'dispatcher'),
  'stopped-watcher': (stand) => stopAndGoOn(stand, 'watcher'),
  'three-clocks': disagree,
};

/** R7: clocks that change, jump and disagree, and processes that stand still past their lease. */
export async function jumpTheClock(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R7');
  const stand = { folder: workFolder(), program: await bundleOperation(), random: seeded(0) };
  const missing = spawnSync('faketime', ['--version']).error !== undefined;
  if (missing) tally.skipped.push('faketime is not installed (Debian: apt-get install faketime)');
  const names = options.scenario === undefined ? Object.keys(CASES) : [options.scenario];
  try {
    for (let seed = options.seed; tally.tried < options.points; seed++) {
      for (const name of names) {
        if (performance.now() > options.deadline) return tally;
        if (missing && FAKED.has(name)) continue;
        const found = await CASES[name]?.({ ...stand, random: seeded(seed) });
        tally.tried += 1;
        for (const violation of found ?? []) {
          const replay = replayCommand('R7', seed, name, '0');
          tally.failures.push({ ...violation, what: `${name}: ${violation.what}`, replay });
        }
        options.progress?.(tally);
      }
      if (options.scenario !== undefined) break;
    }
  } finally {
    rmSync(stand.folder, { recursive: true, force: true });
    rmSync(stand.program, { force: true });
  }
  return tally;
}

const every = (text: string): string =>
  `## ${taskId(1)}: Again\n\n- **Status:** PENDING\n- **Every:** ${text}\n\n\`\`\`sh\ntrue\n\`\`\`\n`;

const timesDone = ({ paths }: TestHouse): number => linesOf(join(paths.workspace, 'effects'));

/** From the evening before the change to the next day's night, with a tick every few minutes. */
async function passChange(
  { folder, random }: Stand,
  zone: string,
  change: number,
  expression: string,
): Promise<Violation[]> {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  const house = makeHousehold(every(expression), { folder });
  const begin = change - 6 * HOUR;
  const clock = settableClock(begin);
  const context = await openDiligent(house, clock);
  try {
    while (clock.now() < change + 30 * HOUR) {
      for (let round = 0; round < 3; round++) await reconcile(context, { claim: true });
      clock.advance(between(random, 7, 27) * MINUTE);
    }
    for (let round = 0; round < 3; round++) await reconcile(context, { claim: true });
    const wanted = occasions(expression, begin, clock.now());
    const done = timesDone(house);
    if (done === wanted) return [];
    const harm = done > wanted ? 'duplicated' : 'lost';
    return [{ harm, what: `"${expression}" came ${wanted} times, and ran ${done} times` }];
  } finally {
    closeHouse(context);
    house.remove();
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
}

/** Minutes of the wall clock that match, each once however often it comes. */
function occasions(expression: string, from: number, to: number): number {
  const [minute = '', hour = ''] = expression.split(' ');
  const matches = (field: string, value: number) =>
    field === '*' || (field === '*/30' ? value % 30 === 0 : Number(field) === value);
  const seen = new Set<string>();
  for (let at = from + MINUTE; at <= to; at += MINUTE) {
    const date = new Date(at);
    if (matches(minute, date.getMinutes()) && matches(hour, date.getHours()))
      seen.add(`${date.getDate()} ${date.getHours()}:${date.getMinutes()}`);
  }
  return seen.size;
}

/** The clock is set, forward and back, while a task comes every hour: each jump is one catch-up at most. */
async function jumpAbout({ folder, random }: Stand): Promise<Violation[]> {
  const house = makeHousehold(every('1h'), { folder });
  const clock = settableClock(Date.now() + 400 * 24 * HOUR);
  const context = await openDiligent(house, clock);
  const violations: Violation[] = [];
  try {
    for (let round = 0; round < 3; round++) await reconcile(context, { claim: true });
    for (let jump = 0; jump < 40; jump++) {
      const before = timesDone(house);
      const hours = between(random, -72, 72);
      clock.advance(hours * HOUR);
      for (let round = 0; round < 4; round++) await reconcile(context, { claim: true });
      const runs = timesDone(house) - before;
      if (runs > 1)
        violations.push({ harm: 'duplicated', what: `a jump of ${hours} h made ${runs} runs` });
    }
    const before = timesDone(house);
    clock.advance(200 * 24 * HOUR);
    for (let round = 0; round < 4; round++) await reconcile(context, { claim: true });
    if (timesDone(house) !== before + 1)
      violations.push({ harm: 'lost', what: 'after all jumps it does not come any more' });
  } finally {
    closeHouse(context);
    house.remove();
  }
  return violations;
}

/** Whoever answers for a run stands still until long after its lease; another dispatcher comes meanwhile. */
async function stopAndGoOn(
  { folder, program }: Stand,
  role: 'dispatcher' | 'watcher',
): Promise<Violation[]> {
  const ids = [1, 2, 3].map(taskId);
  const house = makeHousehold(ids.map((id) => entryOf(id, { seconds: 0.4 })).join('\n'), {
    folder,
  });
  const clock = settableClock(Date.now() + HOUR);
  const context = await openTestHouse(house, { clock, launch: launchNobody });
  const worker = startProgram(program, house, role);
  const violations: Violation[] = [];
  try {
    const pid = await come(() => (isAtWork(house) ? holdStill(context) : null));
    if (pid === null) return [{ harm: 'unexplained', what: 'nothing came to run' }];
    if (role === 'dispatcher') await stop(worker);
    await sleep(600);
    const { actions } = await reconcile(context, { claim: true });
    if (actions.some((action) => /lost|claimed/.test(action)))
      violations.push({ harm: 'duplicated', what: `past the lease: ${actions.join('; ')}` });
    process.kill(pid, 'SIGCONT');
    const next = role === 'dispatcher' ? startProgram(program, house, role) : worker;
    if (!(await come(() => isDone(context, ids.length))))
      violations.push({ harm: 'lost', what: 'not all was done after it went on' });
    await stop(next);
    if (marksOf(house) !== 2 * ids.length)
      violations.push({ harm: 'duplicated', what: `${marksOf(house)} marks of ${2 * ids.length}` });
    violations.push(...checkMarks(house));
  } finally {
    await stop(worker);
    closeHouse(context);
    house.remove();
  }
  return violations;
}

/** Stops whoever has a run at work, and gives its pid; null where that was done before it stood still. */
function holdStill({ db }: HouseContext): number | null {
  const running = () => readOpenRuns(db).find(({ state }) => state === 'running');
  const [run, holder] = [running()?.run, running()?.holder];
  if (!holder || !signal(holder.pid, 'SIGSTOP')) return null;
  if (running()?.run === run) return holder.pid;
  signal(holder.pid, 'SIGCONT');
  return null;
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Dispatchers whose clocks are hours apart, at work on one house. */
async function disagree({ folder, program }: Stand): Promise<Violation[]> {
  const ids = Array.from({ length: 12 }, (_, at) => taskId(at + 1));
  const house = makeHousehold(ids.map((id) => entryOf(id)).join('\n'), { folder });
  const context = await openTestHouse(house, { clock: settableClock(), launch: launchNobody });
  const env = { FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const workers = ['+3h', '-3h', '+40d'].map((jump) =>
    startProgram(program, house, 'dispatcher', { env, around: ['faketime', '-f', jump] }),
  );
  const violations: Violation[] = [];
  try {
    if (!(await come(() => isDone(context, ids.length))))
      violations.push({ harm: 'lost', what: 'not all was done' });
    await Promise.all(workers.map(stop));
    const marks = marksOf(house);
    if (marks !== 2 * ids.length)
      violations.push({ harm: 'duplicated', what: `${marks} marks of ${2 * ids.length}` });
    violations.push(...checkMarks(house));
  } finally {
    await Promise.all(workers.map(stop));
    closeHouse(context);
    house.remove();
  }
  return violations;
}

const isDone = ({ db }: HouseContext, count: number): boolean =>
  [...readTasks(db).values()].filter(({ status }) => status === 'COMPLETE').length === count;

async function stop({ child, ended }: Program): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** A task has begun and has not ended. */
const isAtWork = (house: TestHouse): boolean => marksOf(house) % 2 === 1;

const marksOf = ({ paths }: TestHouse): number => linesOf(join(paths.workspace, 'marks'));

function linesOf(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}

async function come<T>(look: () => T): Promise<T | null> {
  for (let waited = 0; waited < 120_000; waited += 25) {
    const found = look();
    if (found) return found;
    await sleep(25);
  }
  return null;
}
