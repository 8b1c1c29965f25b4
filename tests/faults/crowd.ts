import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { liveness } from '../../lib/platform/identity.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { readOpenRuns, readRunsOf } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { makeHousehold, openTestHouse, settableClock, type TestHouse } from '../support/house.ts';
import { checkDone, type Facts } from './check-house.ts';
import { driveToIdle } from './drive.ts';
import { type Program, startProgram } from './programs.ts';
import { taskId } from './queues.ts';
import { pick, type Random, seeded } from './random.ts';
import { bundleOperation } from './strace.ts';
import {
  newTally,
  replayCommand,
  type Tally,
  type TortureOptions,
  type Violation,
} from './tally.ts';
import { workFolder } from './work-folder.ts';

const WORKERS = 8;

/** Tasks of one house; then another one is taken. */
const HOUSE = 1000;

/** More would be busy with starting again alone. */
const MANY = 100;

/** Between two kills, at most; and somebody gets something done in between, or this long passes. */
const PEACE_MS = 250;
const LONGER_MS = 600;
const STALEMATE_MS = 3000;

/** A crowd that has not done with its tasks by then never will. */
const MS_A_TASK = 2000;
const PATIENCE_MS = 120_000;

const SETTINGS = `queue:
  adopted: true
bodies:
  allow: [shell]
concurrency: ${WORKERS}
backoff: 50ms
`;

/**
 * R4: a watcher and seven dispatchers at once, with their runners, any of which is killed at any
 * time. Each run appends a line when it begins and one when it is done.
 */
export async function workAsCrowd(options: TortureOptions): Promise<Tally> {
  const tally = newTally('R4');
  const folder = workFolder();
  const program = await bundleOperation();
  let kills = 0;
  try {
    for (let seed = options.seed; ; seed++) {
      const tasks = Math.min(HOUSE, options.points - tally.tried);
      const done = await work(program, { folder, seed, tasks, deadline: options.deadline });
      tally.tried += done.reports;
      kills += done.kills;
      for (const violation of done.violations) {
        const replay = `${replayCommand('R4', seed, 'crowd', '0')} --points ${tasks}`;
        tally.failures.push({ ...violation, replay });
      }
      options.progress?.(tally);
      if (tally.tried >= options.points || performance.now() > options.deadline) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(program, { force: true });
  }
  tally.notes.push(
    `a watcher and ${WORKERS - 1} dispatchers; ${kills} killed, of them and of their runners`,
  );
  return tally;
}

interface Plan {
  folder: string;
  seed: number;
  tasks: number;
  deadline: number;
}

async function work(program: string, { folder, seed, tasks, deadline }: Plan) {
  const random = seeded(seed);
  const ids = Array.from({ length: tasks }, (_, at) => taskId(at + 1));
  const house = makeHousehold(ids.map((id) => entryOf(id)).join('\n'), {
    settings: SETTINGS,
    folder,
  });
  const context = await openTestHouse(house, { clock: settableClock() });
  const start = (at: number) => startProgram(program, house, at === 0 ? 'watcher' : 'dispatcher');
  const workers = Array.from({ length: WORKERS }, (_, at) => start(at));
  const latest = performance.now() + tasks * MS_A_TASK + PATIENCE_MS;
  const violations: Violation[] = [];
  let kills = 0;
  let standing = tasks;
  let since = performance.now();
  const left = () =>
    [...readTasks(context.db).values()].filter(({ status }) => status !== 'COMPLETE').length;
  try {
    while (readTasks(context.db).size < tasks || left() > 0) {
      await sleep(random() * (tasks < MANY ? PEACE_MS : LONGER_MS));
      if (performance.now() > deadline) break;
      if (performance.now() > latest) {
        violations.push({ harm: 'lost', what: `${left()} tasks were never done` });
        break;
      }
      if (left() < standing || performance.now() - since > STALEMATE_MS) {
        standing = left();
        since = performance.now();
        if (killOne(random, workers, context)) kills += 1;
      }
      for (const [at, { child }] of workers.entries())
        if (child.exitCode !== null || child.signalCode !== null) {
          if (child.exitCode !== null)
            violations.push({ harm: 'unexplained', what: 'a worker ended by itself' });
          workers[at] = start(at);
        }
    }
    for (const { child } of workers) child.kill('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    await runnersEnd(context);
    const finished = left() === 0;
    violations.push(...checkMarks(house), ...checkFences(context, ids));
    if (finished) violations.push(...(await checkEnd(house, ids)));
    return { violations, kills, reports: tasks - left() };
  } finally {
    for (const { child } of workers) child.kill('SIGKILL');
    closeHouse(context);
    house.remove();
  }
}

/** A task that leaves a mark when it begins and one when it is done. */
export const entryOf = (id: string, { seconds = 0.01, lines = [] as string[] } = {}): string =>
  [
    `## ${id}: Carry ${id}`,
    '',
    '- **Status:** PENDING',
    ...lines,
    '',
    '```sh',
    'echo "$ROBED_TASK $ROBED_RUN start" >>marks',
    `sleep ${seconds}`,
    'echo "$ROBED_TASK $ROBED_RUN end" >>marks',
    '```',
    '',
  ].join('\n');

type Context = Awaited<ReturnType<typeof openTestHouse>>;

/** A dispatcher, or the runner of a live run. */
function killOne(random: Random, workers: Program[], { db }: Context): boolean {
  if (random() < 0.4) return pick(random, workers).child.kill('SIGKILL');
  const held = readOpenRuns(db).filter(
    ({ state, holder }) => state === 'running' && holder !== null && liveness(holder) === 'alive',
  );
  const holder = held.length > 0 ? pick(random, held).holder : null;
  if (holder === null || holder.pid === process.pid) return false;
  try {
    return process.kill(holder.pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** They outlive the dispatchers; what they still do belongs to what is checked. */
async function runnersEnd({ db }: Context): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const alive = readOpenRuns(db).some(({ holder }) => holder && liveness(holder) === 'alive');
    if (!alive) return;
    await sleep(50);
  }
}

/** A run that still wrote after the next one of its task had begun was at work beside it. */
export function checkMarks(house: TestHouse): Violation[] {
  const violations: Violation[] = [];
  const latest = new Map<string, string>();
  const over = new Set<string>();
  for (const line of readLines(join(house.paths.workspace, 'marks'))) {
    const [task = '', run = '', mark] = line.split(' ');
    const harm = 'duplicated';
    if (over.has(run)) violations.push({ harm, what: `${run} of ${task} went on beside the next` });
    if (mark === 'start') {
      const before = latest.get(task);
      if (before === run) violations.push({ harm, what: `${run} began twice` });
      if (before !== undefined) over.add(before);
      latest.set(task, run);
    }
  }
  return violations;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/** Fences rise from claim to claim, and a completion is told once, by the last of a task's runs. */
function checkFences({ db }: Context, ids: readonly string[]): Violation[] {
  const violations: Violation[] = [];
  const fences = new Set<number>();
  for (const id of ids) {
    const runs = readRunsOf(db, id).sort((a, b) => a.claimedAt - b.claimedAt || a.fence - b.fence);
    for (const [at, { fence, run, result }] of runs.entries()) {
      if (fences.has(fence)) violations.push({ harm: 'duplicated', what: `fence ${fence}, twice` });
      fences.add(fence);
      if (fence < (runs[at - 1]?.fence ?? 0))
        violations.push({ harm: 'unexplained', what: `the fence of ${run} went back` });
      if (at < runs.length - 1 && result?.outcome === 'completed')
        violations.push({ harm: 'duplicated', what: `${id} ran again after ${run} completed it` });
    }
  }
  const completed = readEvents(db, {}).filter(({ type }) => type === 'task.completed');
  if (new Set(completed.map(({ task }) => task)).size < completed.length)
    violations.push({ harm: 'duplicated', what: 'a completion was told twice' });
  return violations;
}

async function checkEnd(house: TestHouse, ids: string[]): Promise<Violation[]> {
  const clock = settableClock(Date.now() + 10_000);
  const context = await openTestHouse(house, { clock });
  await driveToIdle(context, clock);
  const none = { titles: [], finished: [], texts: [], lastEvent: 0, remembered: true, now: 0 };
  const violations = checkDone(context, { ids, ...none } satisfies Facts);
  closeHouse(context);
  return violations;
}
