import { readFields } from '../../queue/fields.ts';
import type { QueueReading } from '../../queue/reading.ts';
import { readOpenRuns } from '../../records/run-store.ts';
import { readTasks } from '../../records/task-store.ts';
import type { HouseContext } from '../context.ts';
import { queueGate } from '../gate.ts';
import { planClaim } from '../plan-claim.ts';
import { candidates } from '../plan-claims.ts';
import { type QueueGate, type Waiting, waitingFor } from '../readiness.ts';
import type { HouseCheck } from './patient.ts';
import { readQueueFile } from './queue.ts';
import type { Trouble } from './verdict.ts';
import { count, quoted } from './words.ts';

/** What time alone will end, or is said by another check. */
const NO_TROUBLE: ReadonlySet<Waiting['code']> = new Set([
  'not-before',
  'not-due',
  'back-off',
  'not-recorded',
  'concurrency',
]);

/** The founding pattern's third trouble: tasks that nobody dispatches. */
export const dispatch: HouseCheck = {
  of: 'house',
  name: 'dispatch',
  levels: ['fail', 'warn'],
  finds:
    'a queue that is not adopted, paused or read-only while tasks wait in it; tasks that all wait for something, and for what; tasks that no body can do',
  fine: 'nothing holds the queue’s tasks back but their time and their turn',
  async look(patient) {
    const { house, name, paths } = patient;
    const reading = house && readQueueFile(patient);
    if (house === null || reading === null || reading.doc.unreadable) return [];
    const waiting = reading.doc.entries.filter(({ status }) => status === 'PENDING').length;
    if (waiting === 0) return [];
    const held = heldBack(
      queueGate(house, reading.doc),
      waiting,
      name,
      paths.settings,
      house.settings.paused,
    );
    if (held.length > 0) return held;
    return patient.context === null ? [] : taskTroubles(patient.context, reading);
  },
};

function heldBack(
  gate: QueueGate,
  waiting: number,
  name: string,
  settings: string,
  pausedByHouse: boolean,
): Trouble[] {
  const tasks = `${count(waiting, 'task')} ${waiting === 1 ? 'waits' : 'wait'}`;
  const troubles: Trouble[] = [];
  if (!gate.adopted) {
    troubles.push({
      level: 'warn',
      message: `${tasks} in a queue that is not adopted: Robed reads it and dispatches nothing`,
      fix: `robed adopt --wizard ${name}   (shows first what it would do)`,
    });
  }
  if (gate.paused) {
    troubles.push({
      level: 'warn',
      message: `${tasks} in a paused queue: nothing is claimed until that is taken back`,
      fix: pausedByHouse
        ? `set \`paused: false\` in ${quoted(settings)}`
        : 'take `paused:` out of the queue’s front matter',
    });
  }
  if (gate.readOnly !== null && gate.adopted) {
    troubles.push({
      level: 'fail',
      message: `${tasks} in a queue that Robed may not write to: ${gate.readOnly}`,
      fix: `robed list --wizard ${name}   (says what the file is taken for)`,
    });
  }
  return troubles;
}

async function taskTroubles(context: HouseContext, reading: QueueReading): Promise<Trouble[]> {
  const { db, house, clock } = context;
  const tasks = readTasks(db);
  const gate = queueGate(house, reading.doc);
  const ready = candidates(reading, tasks, gate, clock.now());
  const [first] = ready;
  if (first !== undefined) {
    const plan = await planClaim(context, reading, first);
    if (plan.type !== 'block') return [];
    return [
      {
        level: 'fail',
        message: `${first.key} is next, and can’t be done: ${plan.reason}`,
        fix: `robed explain ${first.key} --wizard ${house.name}`,
      },
    ];
  }
  // While one runs, the others wait for it.
  if (readOpenRuns(db).length > 0) return [];
  const reasons = [...reading.keyed.single]
    .filter(([, entry]) => entry.status === 'PENDING')
    .map(([key, entry]) => {
      const fields = readFields(entry);
      const task = tasks.get(key);
      const subject = { key, entry, fields, task, duplicate: false, tasks, now: clock.now() };
      return { key, reason: waitingFor(subject, gate).find(({ code }) => !NO_TROUBLE.has(code)) };
    })
    .filter(({ reason }) => reason !== undefined);
  const [worst] = reasons;
  if (worst?.reason === undefined || reasons.length < pending(reading)) return [];
  return [
    {
      level: 'warn',
      message: `none of the ${count(reasons.length, 'waiting task')} can run. ${worst.key}: ${worst.reason.message}`,
      fix: `robed explain ${worst.key} --wizard ${house.name}`,
    },
  ];
}

const pending = (reading: QueueReading): number =>
  [...reading.keyed.single.values()].filter(({ status }) => status === 'PENDING').length;
