import { isDeepStrictEqual } from 'node:util';
import type { House } from '../houses/household.ts';
import { inodeOf } from '../platform/files.ts';
import { readSnapshot } from '../platform/snapshot.ts';
import type { QueueReading } from '../queue/reading.ts';
import { currentTask } from '../records/task-store.ts';
import type { ClaimPlan, PlannedClaim } from './claim-plan.ts';
import { type HouseContext, type LaneSight, readHead } from './context.ts';
import { queueGate } from './gate.ts';
import { stampOf } from './job.ts';
import { planClaim } from './plan-claim.ts';
import { type Candidate, candidates } from './plan-claims.ts';

/** What time alone can make ready or not is looked at anew so often. */
const LIFETIME_MS = 1000;

/**
 * What was ready when a version of the queue was read, best first. It holds as long as nobody but
 * Robed wrote the queue, and for each task as long as its record is the one that was looked at.
 */
export interface LaneOrder {
  /** The next one's plan; null where there is none that goes on by itself. */
  next(): Promise<PlannedClaim | null>;
  /** Robed's own write made the version `after` from `before`: what was ready still is. */
  wrote(before: string, after: string): void;
  /** Asked inside the claim's transaction. */
  holds(plan: PlannedClaim): boolean;
  readonly concurrency: number;
}

export function laneOrder(
  context: HouseContext,
  { reading, tasks }: LaneSight,
  begun: string,
): LaneOrder {
  const { house, clock, db } = context;
  const made = clock.monotonic();
  const records = inodeOf(house.paths.database);
  const versions = new Set([reading.hash]);
  let stamp = '';
  let rest: Candidate[] | null = null;
  const list = () => {
    const gate = queueGate(house, reading.doc);
    return candidates(reading, tasks, gate, clock.now()).filter(({ key }) => key !== begun);
  };
  return {
    concurrency: reading.doc.defaults.concurrency ?? house.settings.concurrency,
    async next() {
      rest ??= list();
      const candidate = rest.shift();
      if (candidate === undefined || !isNamed(reading, candidate)) return null;
      const plan: ClaimPlan = await planClaim(context, reading, candidate);
      return plan.type === 'claim' ? plan : null;
    },
    wrote(before, after) {
      if (versions.has(before)) versions.add(after);
    },
    holds({ candidate }) {
      if (context.house !== house || clock.monotonic() - made > LIFETIME_MS) return false;
      // In a home that another has replaced, these records are nobody's.
      if (inodeOf(house.paths.database) !== records) return false;
      const head = readHead(db);
      if (head === null || !versions.has(head.hash)) return false;
      if (!isUnchanged(house, head.hash)) return false;
      const task = currentTask(db, candidate.key);
      return task === candidate.task || isDeepStrictEqual(task, candidate.task);
    },
  };

  /** The queue is the version that the records stand for. Its bytes are compared once a version. */
  function isUnchanged({ paths }: House, head: string): boolean {
    const now = `${stampOf(paths.queue)} ${head}`;
    if (now === stamp) return true;
    if (readSnapshot(paths.queue)?.hash !== head) return false;
    stamp = now;
    return true;
  }
}

/** An entry without an id gets one in the queue before it is claimed, unless that says not to. */
const isNamed = (reading: QueueReading, { entry }: Candidate): boolean =>
  entry.id !== null || reading.doc.defaults.ids === 'never';
