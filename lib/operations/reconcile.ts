import { makeFolders } from '../houses/furnish.ts';
import type { QueueReading } from '../queue/reading.ts';
import { changeMark } from '../records/change-mark.ts';
import type { RunRecord } from '../records/run.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { readTasks } from '../records/task-store.ts';
import { acceptSave, planReadSave } from './accept-save.ts';
import { applyRefusal, claim, start } from './claim.ts';
import type { ClaimPlan, PlannedClaim } from './claim-plan.ts';
import { claimWithSave } from './claim-with-save.ts';
import { type Head, type HouseContext, readHead } from './context.ts';
import { queueGate } from './gate.ts';
import { type Gateways, gatewaysBroughtUp, noteMissing } from './gateway-gate.ts';
import type { GatewayHold } from './gateway-holds.ts';
import { archiveFinished, prune } from './housekeeping.ts';
import { historyOf } from './kept-history.ts';
import { confirmDeletions, dueTasks, scheduleFirst, shortenBackOffs } from './later.ts';
import { exchangeMessages, takeIn } from './messages/exchange.ts';
import { nameEntry } from './name-entry.ts';
import { planClaim } from './plan-claim.ts';
import { candidates, freePlaces } from './plan-claims.ts';
import { type QueueState, readQueue } from './read-queue.ts';
import { recoverRuns } from './recover.ts';
import { reinsertDropped } from './reinsert.ts';
import { reviewReports, sweepWork } from './review-files.ts';
import { statusEdits } from './status-edits.ts';
import { tellUnreadable } from './tell-unreadable.ts';
import { gatherLateSaves, writeQueue } from './write-queue.ts';

/** What a reconcile came to see and do, in the order done. */
export interface Reconciled {
  queue: QueueState['kind'] | 'unreadable';
  actions: string[];
  /** Runs claimed now. */
  claimed: RunRecord[];
  /** The last of them by the lane. */
  begun: boolean;
  /** Tasks that are ready but for a gateway, by key. */
  held: Map<string, GatewayHold>;
  /** The records as the last round found them; empty where it did not get that far. */
  tasks: ReadonlyMap<string, TaskRecord>;
}

/** A person who saves without pause can't keep a tick for ever: the next one goes on. */
const ROUNDS = 50;

/**
 * Bring records, files and queue to agree, and with `claim` start what is ready. Each round reads
 * everything anew, plans and applies one kind of step; it ends when there is nothing left to do.
 */
export async function reconcile(
  context: HouseContext,
  options: { claim: boolean },
): Promise<Reconciled> {
  const done: Reconciled = {
    queue: 'missing',
    actions: [],
    claimed: [],
    begun: false,
    held: new Map(),
    tasks: new Map(),
  };
  const gateways = gatewaysBroughtUp(context, (action) => done.actions.push(action));
  for (let round = 0; round < ROUNDS; round++) {
    makeFolders(context.house);
    const progressed = await step(context, options, done, gateways);
    // What the lane began may be over before a file could tell of it: the next look writes that.
    if (done.begun) break;
    if (progressed || gatherLateSaves(context)) continue;
    context.lookedAround = true;
    break;
  }
  prune(context);
  return done;
}

async function step(
  context: HouseContext,
  options: { claim: boolean },
  done: Reconciled,
  gateways: Gateways,
): Promise<boolean> {
  const { db } = context;
  const tell = (action: string) => done.actions.push(action);
  historyOf(context);
  const head = readHead(db);
  const state = readQueue(context, head?.hash ?? null);
  done.queue = state.kind;
  const reading = state.kind === 'read' ? state.reading : null;
  const readable = reading !== null && !reading.doc.unreadable;
  if (reading && !readable) {
    done.queue = 'unreadable';
    tellUnreadable(context, reading);
  }
  if (readable && reading.hash !== head?.hash) {
    return readSave(context, reading, head, options.claim ? done : null, tell);
  }

  if (await recoverRuns(context, tell)) return true;
  if (reviewReports(context, tell)) return true;
  if (sweepWork(context, tell)) return true;
  if (!readable) return false;

  const tasks = readTasks(db);
  done.tasks = tasks;
  if (reinsertDropped(context, reading, tasks, tell)) return true;
  if (confirmDeletions(context, tasks, tell)) return true;
  if (scheduleFirst(context, reading, tasks)) return true;
  if (dueTasks(context, reading, tasks, tell)) return true;
  if (shortenBackOffs(context, tasks)) return true;
  if (archiveFinished(context, reading, tasks, tell)) return true;
  if (writeStatuses(context, reading, tasks, tell)) return true;
  if (await exchangeMessages(context, reading, tasks, tell)) return true;
  if (options.claim && (await claimNext(context, reading, tasks, done, gateways))) return true;
  return takeIn(context, reading, tell);
}

/** `claims`: where to note what was claimed with it; null: nothing is to be claimed. */
async function readSave(
  context: HouseContext,
  reading: QueueReading,
  head: Head | null,
  claims: Reconciled | null,
  tell: (action: string) => void,
): Promise<boolean> {
  const { db } = context;
  const mark = changeMark(db);
  const tasks = readTasks(db);
  const runs = readOpenRuns(db);
  const plan = planReadSave(context, reading, head, tasks, runs);
  const save = { reading, head, plan, tasks, runs, mark };
  const begun = claims && (await claimWithSave(context, save));
  if (begun?.accepted ?? acceptSave(context, reading, head, plan, { mark })) {
    tell(head === null ? 'read the queue for the first time' : 'read a save');
    for (const conflict of plan.conflicts) tell(conflict.message);
  }
  if (begun?.run) {
    claims?.claimed.push(begun.run);
    tell(claimedAs(begun.run, begun.claim));
  }
  return true;
}

const claimedAs = ({ task, run }: RunRecord, { body }: PlannedClaim): string =>
  `${task}: claimed as ${run} (${body.why})`;

/** Write the statuses that the records hold and the file does not. */
function writeStatuses(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  tell: (action: string) => void,
): boolean {
  const gate = queueGate(context.house, reading.doc);
  if (gate.readOnly !== null || !gate.adopted) return false;
  const { edits, told } = statusEdits(reading, tasks);
  if (edits.length === 0) return false;
  if (writeQueue(context, reading, edits)) told.forEach(tell);
  return true;
}

async function claimNext(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  done: Reconciled,
  gateways: Gateways,
): Promise<boolean> {
  const tell = (action: string) => done.actions.push(action);
  done.held.clear();
  const concurrency = reading.doc.defaults.concurrency ?? context.house.settings.concurrency;
  if (freePlaces(readOpenRuns(context.db), concurrency) === 0) return false;
  for await (const plan of planClaims(context, reading, tasks)) {
    if (plan.type !== 'claim') {
      applyRefusal(context, plan);
      tell(`${plan.key}: ${plan.reason}`);
      return true;
    }
    const { key, entry } = plan.candidate;
    const hold = await gateways.hold(plan.body.kind);
    if (hold !== null) {
      done.held.set(key, hold);
      continue;
    }
    if (entry.id === null && reading.doc.defaults.ids !== 'never') {
      return nameEntry(context, reading, entry, tell);
    }
    const { lane } = context;
    const here = lane?.takes(context, plan) ? lane : null;
    const run = here
      ? here.begin(context, plan, { reading, tasks })
      : claim(context, plan, concurrency);
    if (run === null) return true;
    if (here === null) {
      noteMissing(context, run, await gateways.presences());
      await start(context, run);
    }
    done.claimed.push(run);
    done.begun = here !== null;
    tell(claimedAs(run, plan));
    for (const more of (await here?.fill(context)) ?? []) {
      done.claimed.push(more);
      tell(`${more.task}: claimed as ${more.run}`);
    }
    return true;
  }
  return false;
}

/** What dispatch would do about each candidate, best first. */
export async function* planClaims(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
): AsyncGenerator<ClaimPlan> {
  const gate = queueGate(context.house, reading.doc);
  for (const candidate of candidates(reading, tasks, gate, context.clock.now())) {
    yield await planClaim(context, reading, candidate);
  }
}
