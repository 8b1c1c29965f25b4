import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Play, send } from './orders.ts';
import type { Point } from './points.ts';
import { newTally, replayCommand, type Tally, type TortureOptions } from './tally.ts';
import { operationsOf, turns } from './turns.ts';
import { workFolder } from './work-folder.ts';

/** Processes at once. */
const LANES = availableParallelism();

/** Scenarios that one process plays, so that its start is paid for; in a long run, four times as many. */
const BATCH = 7;
const LONG = 5000;
const LONG_MS = 600_000;

/** What disks, systems and permissions say: one for each play, the next with the next seed. */
const CODES = ['EIO', 'ENOSPC', 'EROFS', 'EMFILE', 'EACCES', 'EINTR'];

/** Of the calls of a recovery, how many are died at in R2. */
const SHARE = 0.2;

type Make = (plays: Play[], folder: string) => Promise<Point[]>;

/** R1: the process dies before each call that changes something, of every operation. */
export function killAtSeam(options: TortureOptions): Promise<Tally> {
  return sweep(
    'R1',
    options,
    async (plays, folder) => (await send({ do: 'kill', plays, folder })).points,
  );
}

/** R2: it dies, and the recovery dies too. */
export function killRecoveryAtSeam(options: TortureOptions): Promise<Tally> {
  return sweep('R2', options, async (plays, folder) => {
    const { points: made } = await send({ do: 'kill', plays, folder });
    const points = options.point === undefined ? evenly(made, quotaOf(options, plays)) : made;
    const share = options.scenario === undefined ? SHARE : 1;
    return (await send({ do: 'recover', points, share, seed: options.seed })).points;
  });
}

/** R3: each call fails in turn, by each of the errors that disks and systems give. */
export async function failAtSeam(options: TortureOptions): Promise<Tally> {
  const met = new Set<string>();
  const make: Make = async (plays, folder) => {
    const codes = plays.map(
      ({ scenario, seed }) =>
        options.point?.split('-')[0] ?? CODES[(seed + scenario.length) % CODES.length] ?? 'EIO',
    );
    const { points } = await send({ do: 'fail', plays, folder, codes });
    for (const [at, { scenario }] of plays.entries()) met.add(`${scenario} ${codes[at]}`);
    return points;
  };
  const tally = await sweep('R3', options, make, batches(turns(options, 1), sizeFor(options)));
  const all = operationsOf(options).length;
  tally.notes.push(
    `at the seam: every call of ${met.size} of ${all * CODES.length} (${all} operations, ${CODES.length} errors)`,
  );
  return tally;
}

/** Play every scenario with one seed after the other, until there are enough points or no more time. */
async function sweep(
  id: string,
  options: TortureOptions,
  make: Make,
  orders = batches(turns(options), sizeFor(options)),
): Promise<Tally> {
  const tally = newTally(id);
  const folder = workFolder();
  const lane = async () => {
    for (;;) {
      if (tally.tried >= options.points || performance.now() > options.deadline) return;
      const plays = orders.next();
      if (plays.done) return;
      await tryBatch(id, options, plays.value, folder, make, tally);
      options.progress?.(tally);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return tally;
}

async function tryBatch(
  id: string,
  options: TortureOptions,
  plays: Play[],
  folder: string,
  make: Make,
  tally: Tally,
): Promise<void> {
  const made = await make(plays, folder);
  const { point: wanted } = options;
  const points =
    wanted === undefined
      ? evenly(made, quotaOf(options, plays))
      : made.filter((point) => namesOf(point).includes(wanted));
  const { points: bad } = await send({ do: 'verify', points });
  tally.tried += count(points);
  for (const point of bad) {
    for (const violation of point.violations) {
      const replay = replayCommand(id, point.seed, point.scenario, nameOf(point.at));
      tally.failures.push({
        ...violation,
        what: `${violation.what} (killed at ${point.at})`,
        replay,
      });
    }
  }
}

/** Of the points that are asked for, what these plays' part is: so a few points are of every operation. */
function quotaOf(options: TortureOptions, plays: readonly Play[]): number {
  return Math.ceil((options.points * plays.length) / operationsOf(options).length);
}

/** About as many as that at most, from the first to the last. */
function evenly(points: readonly Point[], quota: number): Point[] {
  const step = Math.max(1, count(points) / quota);
  return points.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

const count = (points: readonly Point[]): number =>
  points.reduce((sum, { same }) => sum + 1 + same.length, 0);

const namesOf = ({ at, same }: Point): string[] => [at, ...same].map(nameOf);

/** `17`, `17+4` or `EIO-17`, as a replay names it. */
function nameOf(at: string): string {
  const [number = '', second = ''] = at.split(' ');
  return /^E[A-Z]+$/.test(second) ? `${second}-${number}` : number;
}

function sizeFor(options: TortureOptions): number {
  const long = options.points >= LONG && options.deadline - performance.now() > LONG_MS;
  return long ? 4 * BATCH : BATCH;
}

function* batches(rounds: Iterable<Play[]>, size: number): Generator<Play[]> {
  for (const plays of rounds)
    for (let at = 0; at < plays.length; at += size) yield plays.slice(at, at + size);
}
