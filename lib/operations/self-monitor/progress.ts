import { lastRunEnd, readOpenRuns } from '../../records/run-store.ts';
import { readTasks } from '../../records/task-store.ts';
import { type HouseContext, readHead } from '../context.ts';
import { queueGate } from '../gate.ts';
import { candidates } from '../plan-claims.ts';
import { judgeRun } from '../plan-runs.ts';
import { readQueue } from '../read-queue.ts';
import { seeRun } from '../see-runs.ts';
import { type Ready, readySince } from './ready.ts';

/** What a look at a house found of its work; input to `judgeProgress`. */
export interface ProgressSight {
  /** `read`, `missing`, `unsettled` or `unreadable`. */
  queue: string;
  /** What holds the whole queue back; null: nothing does. */
  held: string | null;
  /** Runs that somebody answers for. */
  working: number;
  /** Runs whose lease is over, and why nobody can say more. */
  suspects: { task: string; run: string; reason: string }[];
  /** Tasks that could be claimed now, the one that waits longest first. */
  ready: Ready[];
  /** Tasks that wait for a person's approval. */
  reviews: number;
  lastRunEnded: number | null;
}

/**
 * A house by what it does, not by its processes. `idle` alone is not healthy: there is work that
 * could run, and nothing came of it for long.
 */
export interface Progress {
  state: 'working' | 'ready' | 'idle' | 'waits' | 'quiet' | 'held' | 'unreadable' | 'unsettled';
  /** One line for people. */
  detail: string;
}

/**
 * Pure. `since`: from when on every look found work ready; null: this one is the first.
 *
 * | queue                 | runs | ready              | reviews | state      |
 * |-----------------------|------|--------------------|---------|------------|
 * | missing or unreadable |      |                    |         | unreadable |
 * | being saved           |      |                    |         | unsettled  |
 * | read                  | some |                    |         | working    |
 * | read                  | none | some, for long     |         | idle       |
 * | read                  | none | some               |         | ready      |
 * | read, held back       | none | –                  |         | held       |
 * | read                  | none | none               | some    | waits      |
 * | read                  | none | none               | none    | quiet      |
 */
export function judgeProgress(
  sight: ProgressSight,
  { since, now, idle }: { since: number | null; now: number; idle: number },
): Progress {
  const { queue, working, ready, reviews, held, lastRunEnded } = sight;
  if (queue === 'unsettled') return { state: 'unsettled', detail: 'its queue is just being saved' };
  if (queue !== 'read') return { state: 'unreadable', detail: `its queue is ${queue}` };
  if (working > 0) return { state: 'working', detail: `${count(working, 'run')} under way` };
  if (ready.length > 0) {
    // An end in the future was recorded while the clock stood wrong.
    const ended = lastRunEnded !== null && lastRunEnded <= now ? lastRunEnded : 0;
    const still = now - Math.max(since ?? now, ended);
    const detail = `${count(ready.length, 'task')} could run`;
    return { state: still > idle ? 'idle' : 'ready', detail };
  }
  if (held !== null) return { state: 'held', detail: held };
  if (reviews > 0) return { state: 'waits', detail: `${count(reviews, 'task')} to approve` };
  return { state: 'quiet', detail: 'nothing to do' };
}

/** Look at what a house does; changes nothing. */
export function seeProgress(context: HouseContext): ProgressSight {
  const { db, house, clock } = context;
  const now = clock.now();
  const state = readQueue(context, readHead(db)?.hash ?? null);
  const reading = state.kind === 'read' ? state.reading : null;
  const tasks = readTasks(db);
  const live = readOpenRuns(db).filter((run) => run.state === 'claimed' || run.state === 'running');
  const judged = live.map((run) => ({ run, verdict: judgeRun(seeRun(context, run), now) }));
  const gate = reading && queueGate(house, reading.doc);
  const ready = reading && gate ? candidates(reading, tasks, gate, now) : [];
  return {
    queue: reading?.doc.unreadable ? 'unreadable' : state.kind,
    held: gate && heldBy(gate),
    working: judged.filter(({ verdict }) => verdict.type !== 'suspect').length,
    suspects: judged.flatMap(({ run, verdict }) =>
      verdict.type === 'suspect' ? [{ task: run.task, run: run.run, reason: verdict.reason }] : [],
    ),
    ready: ready
      .map((candidate) => readySince(db, candidate, tasks))
      .sort((a, b) => a.since - b.since),
    reviews: [...tasks.values()].filter(isInReview).length,
    lastRunEnded: lastRunEnd(db),
  };
}

function heldBy(gate: ReturnType<typeof queueGate>): string | null {
  if (!gate.adopted) return 'its queue is not adopted';
  if (gate.paused) return 'it is paused';
  return gate.readOnly === null ? null : `its queue is read-only: ${gate.readOnly}`;
}

function isInReview(task: { status: string; deletedAt: number | null; archivedAt: number | null }) {
  return task.status === 'REVIEW' && task.deletedAt === null && task.archivedAt === null;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
