import type { Finding } from '../queue/document.ts';
import { readFields } from '../queue/fields.ts';
import { keyOf } from '../queue/keys.ts';
import type { QueueReading } from '../queue/reading.ts';
import { readOpenConflicts } from '../records/conflict-store.ts';
import type { RunRecord } from '../records/run.ts';
import { readOpenRuns } from '../records/run-store.ts';
import type { TaskRecord } from '../records/task.ts';
import { readTasks } from '../records/task-store.ts';
import { readBringUp } from './bring-up-store.ts';
import { type HouseContext, readHead } from './context.ts';
import { queueGate } from './gate.ts';
import { failureText } from './gateway-holds.ts';
import { HALVES, halfSettings } from './gateways.ts';
import { messageNeeds } from './messages/needs.ts';
import { candidates } from './plan-claims.ts';
import { judgeRun } from './plan-runs.ts';
import { readQueue } from './read-queue.ts';
import { seeRun } from './see-runs.ts';

/** How one house stands, for people and for `status --json`. */
export interface HouseView {
  wizard: string;
  /** Entries by status. */
  counts: Record<string, number>;
  running: {
    task: string;
    title: string;
    run: string;
    attempt: number;
    body: string;
    since: number;
    pid: number | null;
  }[];
  /** The task that would be dispatched next; null: none is ready. */
  next: string | null;
  needsYou: Need[];
}

/** Something that waits for a person. */
export interface Need {
  code: string;
  task: string | null;
  message: string;
}

/** Look at a house; changes nothing. */
export function viewHouse(context: HouseContext): HouseView {
  const { db, house, clock } = context;
  const state = readQueue(context, readHead(db)?.hash ?? null);
  const reading = state.kind === 'read' ? state.reading : null;
  const tasks = readTasks(db);
  const live = readOpenRuns(db).filter((run) => run.state === 'claimed' || run.state === 'running');
  const counts: Record<string, number> = {};
  for (const entry of reading?.doc.entries ?? [])
    counts[entry.status] = (counts[entry.status] ?? 0) + 1;
  const gate = reading && queueGate(house, reading.doc);
  const writable = gate?.adopted === true && gate.readOnly === null;
  return {
    wizard: house.name,
    counts,
    running: live.map((run) => ({
      task: run.task,
      title: tasks.get(run.task)?.title ?? '',
      run: run.run,
      attempt: run.attempt,
      body: run.body,
      since: run.startedAt ?? run.claimedAt,
      pid: run.holder?.pid ?? null,
    })),
    next: (reading && gate && candidates(reading, tasks, gate, clock.now())[0]?.key) ?? null,
    needsYou: [
      ...(reading
        ? []
        : [{ code: `queue-${state.kind}`, task: null, message: `the queue is ${state.kind}` }]),
      ...needsOf(context, reading, tasks, live),
      ...messageNeeds(context, writable),
    ],
  };
}

/** The file's findings and the open conflicts, as `list` shows them. */
export function findingsOf(context: HouseContext, reading: QueueReading): Finding[] {
  const lines = new Map(reading.doc.entries.map((entry) => [keyOf(entry), entry.line]));
  const conflicts = readOpenConflicts(context.db).map(
    (conflict): Finding => ({
      level: 'warning',
      code: conflict.code,
      line: conflict.task === null ? null : (lines.get(conflict.task) ?? null),
      message: conflict.message,
    }),
  );
  const fields = [...reading.keyed.single.values()].flatMap((entry) =>
    readFields(entry).problems.map(
      (problem): Finding => ({
        level: 'warning',
        code: 'bad-field',
        line: problem.line,
        message: problem.message,
      }),
    ),
  );
  return [...reading.doc.findings, ...fields, ...conflicts];
}

function needsOf(
  context: HouseContext,
  reading: QueueReading | null,
  tasks: ReadonlyMap<string, TaskRecord>,
  live: readonly RunRecord[],
): Need[] {
  const needs: Need[] = [];
  if (reading?.doc.unreadable) {
    needs.push({
      code: 'queue-unreadable',
      task: null,
      message: reading.doc.readOnly ?? 'the queue is damaged',
    });
  }
  for (const task of tasks.values()) {
    if (task.deletedAt !== null || task.archivedAt !== null) continue;
    if (task.status === 'REVIEW') {
      const result = task.lastRun === null ? 'a decision' : 'its result';
      const what = task.review === 'after' ? result : 'its run';
      needs.push({
        code: 'review',
        task: task.key,
        message: `${what} waits for \`robed approve ${task.key}\` or reject`,
      });
    } else if ((task.status === 'BLOCKED' || task.status === 'FAILED') && !task.byHand) {
      needs.push({
        code: task.status.toLowerCase(),
        task: task.key,
        message: task.reason ?? task.status,
      });
    }
  }
  for (const run of live) {
    const verdict = judgeRun(seeRun(context, run), context.clock.now());
    if (verdict.type === 'suspect') {
      needs.push({
        code: 'suspect',
        task: run.task,
        message: `${verdict.reason}; \`robed cancel ${run.task}\` ends it`,
      });
    }
  }
  for (const conflict of readOpenConflicts(context.db)) {
    needs.push({ code: conflict.code, task: conflict.task, message: conflict.message });
  }
  for (const half of HALVES) {
    const known = readBringUp(context.db, half);
    if (!known?.failures || halfSettings(context.house, half)?.start !== 'auto') continue;
    const message = failureText(half, known, context.clock.now());
    needs.push({ code: 'gateway', task: null, message });
  }
  return needs;
}
