import { existsSync } from 'node:fs';
import { reportPath } from '../houses/paths.ts';
import type { QueueReading } from '../queue/reading.ts';
import type { RunRecord } from '../records/run.ts';
import type { TaskRecord } from '../records/task.ts';
import { acceptSave } from './accept-save.ts';
import type { PlannedClaim } from './claim-plan.ts';
import type { Head, HouseContext, Lane } from './context.ts';
import { queueGate } from './gate.ts';
import { planClaim } from './plan-claim.ts';
import { candidates, freePlaces } from './plan-claims.ts';
import type { SavePlan } from './save.ts';

/** A longer queue is a file before its save is recorded: the records are no place for it. */
const LIMIT = 1024 * 1024;

interface ReadSave {
  reading: QueueReading;
  head: Head | null;
  plan: SavePlan;
  /** The records that it was planned on, and their mark. */
  tasks: ReadonlyMap<string, TaskRecord>;
  runs: readonly RunRecord[];
  mark: string;
}

/**
 * Take in a save and begin what it asks for at once: its bytes, its record and the claim of the
 * first task are one commit, and all else that a tick does comes after. Only where what a tick does
 * before its claims can't have a say: a plain save, and a task that is this process's own to carry
 * out. null where it is not so, and nothing was done.
 */
export async function claimWithSave(
  context: HouseContext,
  save: ReadSave,
): Promise<{ run: RunRecord | null; accepted: boolean; claim: PlannedClaim } | null> {
  const { lane } = context;
  const { reading, head, plan, mark } = save;
  if (lane === undefined || !isPlain(context, save)) return null;
  const tasks = new Map(save.tasks);
  for (const task of plan.tasks) tasks.set(task.key, task);
  const claim = await planFirst(context, save, tasks, lane);
  if (claim === null) return null;
  let accepted = false;
  const run = lane.begin(context, claim, { reading, tasks }, () => {
    accepted = acceptSave(context, reading, head, plan, { mark, inRecords: true });
    return accepted;
  });
  return { run, accepted, claim };
}

/** It says no more than what is there to do, on records that this process has gone through before. */
function isPlain(
  { house, lookedAround }: HouseContext,
  { reading, head, plan }: ReadSave,
): boolean {
  const { robe, gateway } = house.settings;
  return (
    lookedAround === true &&
    head !== null &&
    head.hash !== '' &&
    reading.bytes.length <= LIMIT &&
    plan.conflicts.length + plan.stops.size + plan.renames.size === 0 &&
    robe === undefined &&
    gateway === undefined
  );
}

/** The claim that a tick would begin with; null where that is not for the lane, or waits for more. */
async function planFirst(
  context: HouseContext,
  { reading, runs }: ReadSave,
  tasks: ReadonlyMap<string, TaskRecord>,
  lane: Lane,
): Promise<PlannedClaim | null> {
  const { house, clock } = context;
  const { concurrency, ids } = reading.doc.defaults;
  if (freePlaces(runs, concurrency ?? house.settings.concurrency) === 0) return null;
  const [first] = candidates(reading, tasks, queueGate(house, reading.doc), clock.now());
  if (first === undefined || first.fields.every !== null) return null;
  // It is to be named first, or what stands there to be looked at.
  if (first.entry.id === null && ids !== 'never') return null;
  if (existsSync(reportPath(house.paths, first.key))) return null;
  const claim = await planClaim(context, reading, first);
  return claim.type === 'claim' && lane.takes(context, claim) ? claim : null;
}
