import { UserError } from '../core/errors.ts';
import type { Status } from '../core/status.ts';
import { readFields } from '../queue/fields.ts';
import { findEntry } from '../queue/find.ts';
import { keyOf } from '../queue/keys.ts';
import type { QueueReading } from '../queue/reading.ts';
import { readOpenRuns, readRunsOf } from '../records/run-store.ts';
import { readTask, readTasks } from '../records/task-store.ts';
import { type HouseContext, readHead } from './context.ts';
import { findRing, ringText } from './dependency-ring.ts';
import { queueGate } from './gate.ts';
import { gatewaysForeseen } from './gateway-gate.ts';
import { planClaim } from './plan-claim.ts';
import { candidates, freePlaces } from './plan-claims.ts';
import { readQueue, requireReading } from './read-queue.ts';
import { type Waiting, waitingFor } from './readiness.ts';

export interface Explanation {
  task: string;
  title: string;
  status: string;
  /** One sentence: would it be dispatched now. */
  verdict: string;
  /** All that holds it back. */
  waiting: { code: string; message: string }[];
  /** Those that go before it, best first; at most ten. */
  before: string[];
  /** Who would do it, and why; null where it is not its turn to be asked. */
  body: string | null;
  runs: {
    run: string;
    attempt: number;
    state: string;
    outcome: string | null;
    reason: string | null;
  }[];
}

/** Say exactly why a task was or was not dispatched. Changes nothing; the same rules as dispatch. */
export async function explainTask(context: HouseContext, reference: string): Promise<Explanation> {
  const { db, house, clock } = context;
  const reading = requireReading(context, readQueue(context, readHead(db)?.hash ?? null));
  const gone = readTask(db, reference);
  if (gone !== null && (gone.deletedAt !== null || gone.archivedAt !== null)) {
    throw new UserError(
      `${reference} is no longer in the queue: ${gone.deletedAt ? 'a person deleted it' : 'it is archived'}`,
    );
  }
  const entry = findEntry(reading.doc, reference);
  const key = keyOf(entry);
  const tasks = readTasks(db);
  const gate = queueGate(house, reading.doc);
  const duplicate = reading.keyed.duplicates.has(key);
  const waiting: Waiting[] = waitingFor(
    {
      key,
      entry,
      fields: readFields(entry),
      task: tasks.get(key),
      duplicate,
      tasks,
      now: clock.now(),
    },
    gate,
  );
  const ring = findRing(key, reading, tasks);
  if (ring !== null) {
    const message = `${ringText(ring)}: none of them can ever run; take one dependency out`;
    waiting.push({ code: 'depends-on', message });
  }
  const ready = candidates(reading, tasks, gate, clock.now());
  const place = ready.findIndex((candidate) => candidate.key === key);
  const concurrency = reading.doc.defaults.concurrency ?? house.settings.concurrency;
  const live = readOpenRuns(db).filter((run) => run.state !== 'ended');
  const free = freePlaces(live, concurrency);
  if (place >= 0 && free <= place) {
    waiting.push({
      code: 'concurrency',
      message: turn(
        place,
        live.map((run) => run.task),
        concurrency,
      ),
    });
  }
  const candidate = ready[place];
  const plan = candidate ? await planClaim(context, reading, candidate) : null;
  if (plan && plan.type !== 'claim')
    waiting.push({ code: plan.type === 'block' ? 'problem' : 'status', message: plan.reason });
  const hold = plan?.type === 'claim' ? await gatewaysForeseen(context).hold(plan.body.kind) : null;
  if (hold) waiting.push({ code: 'gateway', message: hold.message });
  return {
    task: key,
    title: entry.title,
    status: tasks.get(key)?.status ?? entry.status,
    verdict: verdict(reading, key, waiting),
    waiting,
    before: ready
      .slice(0, Math.max(0, place))
      .slice(0, 10)
      .map((one) => one.key),
    body: plan?.type === 'claim' ? plan.body.why : null,
    runs: readRunsOf(db, key).map((run) => ({
      run: run.run,
      attempt: run.attempt,
      state: run.state,
      outcome: run.result?.outcome ?? null,
      reason: run.result?.reason || null,
    })),
  };
}

const VERDICTS: Record<Status, string> = {
  PENDING: 'it waits for a person',
  IN_PROGRESS: 'it was dispatched, or somebody works on it by hand',
  COMPLETE: 'it is done: `robed retry` runs it again',
  FAILED: 'it failed for good: `robed retry` gives it fresh attempts',
  BLOCKED: 'it can not run as it stands: mend what is named, then `robed retry`',
  REVIEW: '`robed approve` lets it go on, `robed reject` refuses it',
  DEFERRED: 'a person parked it: set it to PENDING to have it run',
  CANCELLED: 'it was cancelled: `robed retry` brings it back',
  UNKNOWN: 'its status is a word that Robed does not know',
};

function verdict(reading: QueueReading, key: string, waiting: Waiting[]): string {
  if (waiting.length === 0) return 'it is next: a dispatch would claim it now';
  const status = waiting.find((one) => one.code === 'status');
  if (status) return VERDICTS[reading.keyed.single.get(key)?.status ?? 'UNKNOWN'];
  return waiting.length === 1 ? 'one thing holds it back' : `${waiting.length} things hold it back`;
}

function turn(place: number, live: string[], concurrency: number): string {
  const ahead =
    place > 0 ? `${place} ready ${place === 1 ? 'task goes' : 'tasks go'} before it` : '';
  const busy = live.length > 0 ? `${live.join(', ')} ${live.length === 1 ? 'runs' : 'run'}` : '';
  return `${[busy, ahead].filter(Boolean).join(', and ')}; this wizard does ${concurrency} at a time`;
}
