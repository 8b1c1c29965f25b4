import { rmSync } from 'node:fs';
import { type Order, type Play, send } from './orders.ts';
import type { Point } from './points.ts';
import { SCENARIOS } from './scenarios.ts';
import { newTally, replayCommand, type Tally, type TortureOptions } from './tally.ts';
import { workFolder } from './work-folder.ts';

/** Processes at once. */
const LANES = 2;

/** Scenarios that one process plays, so that its start is paid for; in a long run, four times as many. */
const BATCH = 7;
const LONG = 5000;
const LONG_MS = 600_000;

const CODES = ['EIO', 'ENOSPC', 'EROFS', 'EMFILE', 'EINTR'];

/** Of the calls of a recovery, how many are died at in R2. */
const shareOf = ({ points, deadline }: TortureOptions): number =>
  points < 1000 || deadline - performance.now() < LONG_MS / 4 ? 0.03 : 0.2;

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
    const { points } = await send({ do: 'kill', plays, folder });
    const share = options.scenario === undefined ? shareOf(options) : 1;
    return (await send({ do: 'recover', points, share, seed: options.seed })).points;
  });
}

/** R3: each call fails in turn, by each of the errors that disks and systems give. */
export function failAtSeam(options: TortureOptions): Promise<Tally> {
  return sweep('R3', options, async (plays, folder) => {
    const made: Point[] = [];
    for (const play of plays) {
      const wanted =
        options.point === undefined
          ? CODES[(play.seed + play.scenario.length) % CODES.length]
          : options.point.split('-')[0];
      const order: Order = { do: 'fail', plays: [play], folder, code: wanted ?? 'EIO' };
      made.push(...(await send(order)).points);
    }
    return made;
  });
}

/** Play every scenario with one seed after the other, until there are enough points or no more time. */
async function sweep(id: string, options: TortureOptions, make: Make): Promise<Tally> {
  const tally = newTally(id);
  const folder = workFolder();
  const batches = plan(options);
  const lane = async () => {
    for (;;) {
      if (tally.tried >= options.points || performance.now() > options.deadline) return;
      const plays = batches.next();
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
    wanted === undefined ? made : made.filter((point) => namesOf(point).includes(wanted));
  const { points: bad } = await send({ do: 'verify', points });
  tally.tried += points.reduce((sum, { same }) => sum + 1 + same.length, 0);
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

const namesOf = ({ at, same }: Point): string[] => [at, ...same].map(nameOf);

/** `17`, `17+4` or `EIO-17`, as a replay names it. */
function nameOf(at: string): string {
  const [number = '', second = ''] = at.split(' ');
  return /^E[A-Z]+$/.test(second) ? `${second}-${number}` : number;
}

function* plan(options: TortureOptions): Generator<Play[]> {
  const names = options.scenario === undefined ? Object.keys(SCENARIOS) : [options.scenario];
  const long = options.points >= LONG && options.deadline - performance.now() > LONG_MS;
  const size = long ? 4 * BATCH : BATCH;
  for (let seed = options.seed; ; seed++) {
    for (let at = 0; at < names.length; at += size) {
      yield names.slice(at, at + size).map((scenario) => ({ scenario, seed }));
    }
    if (options.scenario !== undefined) return;
  }
}
