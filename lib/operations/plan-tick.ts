import type { QueueReading } from '../queue/reading.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { readTasks } from '../records/task-store.ts';
import { planReadSave } from './accept-save.ts';
import { type HouseContext, readHead } from './context.ts';
import { queueGate } from './gate.ts';
import { gatewaysForeseen } from './gateway-gate.ts';
import type { Presence } from './gateway-holds.ts';
import { HALF_NAMES } from './gateways.ts';
import { readInbox } from './messages/inbox-files.ts';
import { freePlaces } from './plan-claims.ts';
import { judgeRun } from './plan-runs.ts';
import { readQueue } from './read-queue.ts';
import { planClaims } from './reconcile.ts';
import { seeRun } from './see-runs.ts';

/** What a tick would do, a line each, by the planners that the tick itself uses. Changes nothing. */
export async function planTick(
  context: HouseContext,
  options: { claim: boolean },
): Promise<string[]> {
  const { db, clock, house } = context;
  const lines: string[] = [];
  const runs = readOpenRuns(db);
  for (const run of runs) {
    const verdict =
      run.state === 'ended' ? 'settle' : judgeRun(seeRun(context, run), clock.now()).type;
    if (verdict !== 'leave') lines.push(`${verdict} run ${run.run} of ${run.task}`);
  }
  const head = readHead(db);
  const state = readQueue(context, head?.hash ?? null);
  if (state.kind !== 'read')
    return [...lines, `the queue is ${state.kind}: nothing is read from it`];
  const { reading } = state;
  if (reading.doc.unreadable)
    return [...lines, `the queue can't be trusted: ${reading.doc.readOnly}`];

  const tasks = readTasks(db);
  if (reading.hash !== head?.hash) {
    const plan = planReadSave(context, reading, head, tasks, runs);
    const changed = Object.keys(plan.changes).length;
    lines.push(`read a save: ${changed} ${changed === 1 ? 'entry' : 'entries'} changed`);
    lines.push(...plan.conflicts.map((conflict) => conflict.message));
    for (const task of plan.tasks) tasks.set(task.key, task);
  }
  for (const found of readInbox(house, clock.now())) {
    const what = 'problem' in found ? `quarantine ${found.file}: ${found.problem}` : null;
    lines.push(what ?? `take in ${found.file}`);
  }
  const gate = queueGate(house, reading.doc);
  if (gate.readOnly === null && gate.adopted) lines.push(...statusLines(reading, tasks));
  if (!options.claim) return lines;
  const concurrency = reading.doc.defaults.concurrency ?? house.settings.concurrency;
  const free = freePlaces(runs, concurrency);
  return free === 0 ? lines : [...lines, ...(await claimLines(context, reading, tasks, free))];
}

async function claimLines(
  context: HouseContext,
  reading: QueueReading,
  tasks: ReadonlyMap<string, TaskRecord>,
  places: number,
): Promise<string[]> {
  const gateways = gatewaysForeseen(context);
  const lines: string[] = [];
  let free = places;
  let asked = false;
  for await (const plan of planClaims(context, reading, tasks)) {
    if (plan.type !== 'claim') {
      lines.push(`${plan.type} ${plan.key}: ${plan.reason}`);
      continue;
    }
    if (!asked) lines.push(...bringUpLines(await gateways.presences()));
    asked = true;
    const { key } = plan.candidate;
    const hold = await gateways.hold(plan.body.kind);
    if (hold !== null) lines.push(`hold ${key} (${plan.body.why}): ${hold.message}`);
    else {
      lines.push(`claim ${key} (${plan.body.why})`);
      free -= 1;
    }
    if (free === 0) break;
  }
  return lines;
}

const bringUpLines = (presences: readonly Presence[]): string[] =>
  presences
    .filter(({ phase }) => phase === 'down')
    .map(({ half, detail }) => `start ${HALF_NAMES[half]}: ${detail}`);

function statusLines(reading: QueueReading, tasks: ReadonlyMap<string, TaskRecord>): string[] {
  const lines: string[] = [];
  for (const [key, entry] of reading.keyed.single) {
    const task = tasks.get(key);
    if (task === undefined || task.status === 'UNKNOWN' || task.status === entry.status) continue;
    lines.push(`write ${key}: ${entry.status} → ${task.status}`);
  }
  return lines;
}
