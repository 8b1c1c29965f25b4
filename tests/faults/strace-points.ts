import { cpSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Facts } from './check-house.ts';
import { type Play, send } from './orders.ts';
import { factsOf, forget, type Point } from './points.ts';
import { pick, type Random, seeded } from './random.ts';
import { SCENARIOS } from './scenarios.ts';
import { copyTree, makeAtHome } from './snapshots.ts';
import { bundleOperation, type Call, straceMissing, trace } from './strace.ts';
import { newTally, replayCommand, type Tally, type TortureOptions } from './tally.ts';
import { operationsOf, turns } from './turns.ts';
import { workFolder } from './work-folder.ts';

const LANES = availableParallelism();
const CODES = ['EIO', 'ENOSPC', 'EROFS', 'EMFILE', 'EACCES', 'EINTR'];

/** As documented: done, failure, busy, bad configuration. */
const CLEAN_EXITS = new Set([0, 1, 75, 78]);

/** How often a second kill is aimed at a call that the recovery does not come to. */
const AIMS = 4;

type Fault = 'kill' | 'kill-twice' | 'fail';

/** R1 by strace: kill -9 at the real calls of real processes, children included. */
export const killByStrace = (options: TortureOptions): Promise<Tally> =>
  sweep('R1', 'kill', options);

/** R2 by strace: the recovery is killed as well. */
export const killRecoveryByStrace = (options: TortureOptions): Promise<Tally> =>
  sweep('R2', 'kill-twice', options);

/** R3 by strace: the real calls fail. */
export const failByStrace = (options: TortureOptions): Promise<Tally> =>
  sweep('R3', 'fail', options);

async function sweep(id: string, fault: Fault, options: TortureOptions): Promise<Tally> {
  const tally = newTally(id);
  const missing = straceMissing();
  if (missing !== null) {
    tally.skipped.push(`${id} by strace: ${missing}`);
    return tally;
  }
  const folder = workFolder();
  const program = await bundleOperation();
  const plays = plan(options);
  const lane = async (): Promise<void> => {
    while (tally.tried < options.points && performance.now() < options.deadline) {
      const play = plays.next();
      if (play.done) return;
      await tryPlay(play.value, { id, fault, options, folder, program, tally });
      options.progress?.(tally);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(program, { force: true });
  }
  return tally;
}

interface Sweep {
  id: string;
  fault: Fault;
  options: TortureOptions;
  folder: string;
  program: string;
  tally: Tally;
}

async function tryPlay(play: Play, sweep: Sweep): Promise<void> {
  const { options, folder, tally } = sweep;
  const [base] = (await send({ do: 'prepare', plays: [play], folder })).points;
  if (base === undefined) return;
  const random = seeded(play.seed);
  const rehearsal = copyOf(base, 'rehearsal');
  const traced = await run(rehearsal, play.scenario, sweep);
  const calls = traced.calls.filter((call) => sweep.fault !== 'fail' || !call.elsewhere);
  forget(rehearsal);
  const points: Point[] = [];
  for (const call of chosen(calls, options, random)) {
    if (performance.now() > options.deadline) break;
    const point = await strike(copyOf(base, `${call.name}-${call.at}`), call, random, sweep);
    if (point !== null) points.push(point);
  }
  forget(base);
  tally.tried += points.length;
  for (const bad of (await send({ do: 'verify', points })).points) {
    for (const violation of bad.violations) {
      const replay = replayCommand(sweep.id, bad.seed, bad.scenario, bad.at);
      tally.failures.push({ ...violation, what: `${violation.what} (at ${bad.at})`, replay });
    }
  }
}

/** Null where nobody came to the call this time. */
async function strike(
  point: Point,
  call: Call,
  random: Random,
  sweep: Sweep,
): Promise<Point | null> {
  const { fault, options } = sweep;
  if (fault === 'fail') {
    const code = options.point?.split('-')[2] ?? pick(random, CODES);
    const { code: exit, said } = await run(point, point.scenario, sweep, {
      call,
      what: `error=${code}`,
    });
    const violations =
      exit !== null && CLEAN_EXITS.has(exit)
        ? []
        : [{ harm: 'unexplained' as const, what: `exit ${exit}: ${said.slice(0, 2000)}` }];
    return { ...point, at: `${call.name}-${call.at}-${code}`, violations };
  }
  const { killed } = await run(point, point.scenario, sweep, { call, what: 'signal=KILL' });
  const struck = { ...point, at: `${call.name}-${call.at}` };
  if (killed && fault === 'kill') return struck;
  if (killed) {
    const rehearsal = copyOf(point, 'rehearsal');
    const repair = SCENARIOS[point.scenario]?.again ? point.scenario : 'recover';
    const { calls } = await run(rehearsal, repair, sweep);
    forget(rehearsal);
    for (let aim = 0; aim < AIMS && calls.length > 0; aim++) {
      const second = pick(random, calls);
      if (!(await run(point, repair, sweep, { call: second, what: 'signal=KILL' })).killed)
        continue;
      return { ...struck, at: `${struck.at}+${second.name}-${second.at}` };
    }
  }
  forget(point);
  return null;
}

function run(point: Point, what: string, sweep: Sweep, inject?: { call: Call; what: string }) {
  const facts = JSON.parse(readFileSync(factsOf(point.folder), 'utf8')) as Facts;
  const argv = [
    process.execPath,
    sweep.program,
    point.folder,
    String(point.seed),
    String(facts.now),
    what,
  ];
  return trace(argv, point.folder, `${point.folder}.trace`, inject);
}

function copyOf(point: Point, name: string): Point {
  const folder = `${point.folder}-${name}`;
  copyTree(point.folder, folder);
  cpSync(factsOf(point.folder), factsOf(folder));
  makeAtHome(folder);
  return { ...point, folder };
}

/** All of them in a long run; in a short one a few of each play, so that every operation has its turn. */
function chosen(calls: Call[], options: TortureOptions, random: Random): Call[] {
  if (options.point !== undefined) {
    const [name = '', at] = options.point.split('+')[0]?.split('-') ?? [];
    return [{ name, at: Number(at) }];
  }
  const share = Math.ceil(options.points / operationsOf(options).length);
  if (share >= calls.length) return calls;
  const left = [...calls];
  return Array.from(
    { length: share },
    () => left.splice(Math.floor(random() * left.length), 1)[0] as Call,
  );
}

function* plan(options: TortureOptions): Generator<Play> {
  for (const plays of turns(options)) yield* plays;
}
