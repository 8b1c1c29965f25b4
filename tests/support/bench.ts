import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import type { HouseContext, LaunchRunner } from '../../lib/operations/context.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { type Reconciled, reconcile } from '../../lib/operations/reconcile.ts';
import { runTask } from '../../lib/operations/run-task.ts';
import { self } from '../../lib/platform/identity.ts';
import type { RecordedEvent } from '../../lib/records/event.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import type { RunRecord } from '../../lib/records/run.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import type { TaskRecord } from '../../lib/records/task.ts';
import { readTask } from '../../lib/records/task-store.ts';
import { type TestHouse, testHouse } from './household.ts';

/** A house with everything real but the process of its runners, which is this one. */
export interface Bench extends TestHouse {
  context: HouseContext;
  /** Let the clock, which goes on by itself, jump. */
  advance(ms: number): void;
  /** One dispatch; its runs may still be at work. */
  dispatch(): Promise<Reconciled>;
  monitor(): Promise<Reconciled>;
  /** All runs that were started have ended. */
  rest(): Promise<void>;
  /** Dispatch until nothing more is claimed. */
  work(): Promise<void>;
  save(text: string): void;
  /** Save the queue with `from` replaced; throws where it is not there. */
  edit(from: string, to: string): void;
  record(id: string): TaskRecord;
  /** What happened to a task, by type, oldest first; without an id, to all. */
  events(id?: string): string[];
  told(type: string): RecordedEvent[];
  runs(): RunRecord[];
  /** The one live run of a task. */
  run(id: string): RunRecord;
  report(id: string): string;
  trigger(id: string): string;
  /** As an agent does: the report by a rename, then the trigger away. */
  leaveReport(id: string, text: string, options?: { keepTrigger?: boolean }): void;
  /** Close and open again, as the next process does; `between` happens while nobody has it open. */
  reopen(between?: () => void): Promise<void>;
}

interface BenchOptions {
  settings?: string;
  environment?: NodeJS.ProcessEnv;
  launch?: LaunchRunner;
  /** Another house of a household that is there already. */
  name?: string;
  root?: string;
}

export async function bench(queue: string, options: BenchOptions = {}): Promise<Bench> {
  const { settings, name, root } = options;
  const house = testHouse(queue, {
    ...(settings !== undefined && { settings }),
    ...(name !== undefined && { name }),
    ...(root !== undefined && { root }),
  });
  let passed = 0;
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed };
  const working: Promise<unknown>[] = [];
  const environment = options.environment ?? { PATH: process.env['PATH'], HOME: house.root };
  const open = () => openHouse(house.root, house.name, { clock, environment, launch });
  const runHere: LaunchRunner = async (_, run) => {
    working.push(superviseHere(open, run));
    return self();
  };
  const launch = options.launch ?? runHere;
  const made: Bench = {
    ...house,
    context: await open(),
    advance: (ms) => {
      passed += ms;
    },
    dispatch: () => reconcile(made.context, { claim: true }),
    monitor: () => reconcile(made.context, { claim: false }),
    async rest() {
      while (working.length > 0) await working.pop();
    },
    async work() {
      for (let found = -1; found !== 0; ) {
        found = (await made.dispatch()).claimed.length;
        await made.rest();
      }
    },
    save: (text) => writeFileSync(house.paths.queue, text),
    edit(from, to) {
      const text = house.queue();
      if (!text.includes(from))
        throw new Error(`${JSON.stringify(from)} is not in the queue:\n${text}`);
      made.save(text.replace(from, () => to));
    },
    record(id) {
      const record = readTask(made.context.db, id);
      if (record === null) throw new Error(`no record of ${id}`);
      return record;
    },
    events: (id) =>
      readEvents(made.context.db, id === undefined ? {} : { task: id }).map((event) => event.type),
    told: (type) => readEvents(made.context.db, { type }),
    runs: () => readOpenRuns(made.context.db),
    run(id) {
      const [run, ...more] = made.runs().filter((one) => one.task === id);
      if (run === undefined || more.length > 0)
        throw new Error(`${id} has ${more.length + (run ? 1 : 0)} open runs`);
      return run;
    },
    report: (id) => readFileSync(reportPath(house.paths, id), 'utf8'),
    trigger: (id) => readFileSync(triggerPath(house.paths, id), 'utf8'),
    leaveReport(id, text, { keepTrigger = false } = {}) {
      const path = reportPath(house.paths, id);
      writeFileSync(`${path}.tmp`, text);
      renameSync(`${path}.tmp`, path);
      if (!keepTrigger) rmSync(triggerPath(house.paths, id));
    },
    async reopen(between = () => {}) {
      closeHouse(made.context);
      between();
      made.context = await open();
    },
  };
  onTestFinished(async () => {
    await made.rest();
    if (made.context.db.isOpen) closeHouse(made.context);
  });
  return made;
}

/** What the process `robed runner` does, in this one. */
async function superviseHere(open: () => Promise<HouseContext>, run: string): Promise<void> {
  const context = await open();
  try {
    await runTask(context, run, { sleep, nudge: () => {} });
  } finally {
    closeHouse(context);
  }
}

/** A report as the agent contract has it. */
export const reportOf = (
  run: RunRecord,
  status: string,
  text = 'This is what came of it.',
): string => `---\ntask: ${run.task}\nrun: ${run.run}\nstatus: ${status}\n---\n${text}\n`;

/** A task that somebody outside does. */
export const outside = (id: string, fields: string[] = []): string =>
  `### ${id}: Task ${id}\n- **Status:** PENDING\n- **Body:** external\n${fields.map((field) => `- **${field.replace(':', ':**')}\n`).join('')}\nDo it.\n\n`;
