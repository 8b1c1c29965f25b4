import { appendFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import type { HouseContext } from '../../lib/operations/context.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { self } from '../../lib/platform/identity.ts';
import type { RunRecord } from '../../lib/records/run.ts';
import { readOpenRuns, readRun, takeRun } from '../../lib/records/run-store.ts';
import {
  deadProcess,
  openTestHouse,
  type SettableClock,
  type TestHouse,
} from '../support/house.ts';

/** More than any test's life needs; whoever reaches it goes round in a circle. */
const ROUNDS = 200;

/** Open a house whose runners are at once done with their work. */
export async function openDiligent(house: TestHouse, clock: SettableClock): Promise<HouseContext> {
  const context: HouseContext = await openTestHouse(house, {
    clock,
    launch: async (_, run) => {
      finishRun(context, run);
      return deadProcess();
    },
  });
  return context;
}

/** Do what a runner does of a claimed run, without its process: the work, then its record. */
export function finishRun(context: HouseContext, name: string): boolean {
  const now = context.clock.now();
  const holder = {
    state: 'running',
    holder: self(),
    startedAt: now,
    leaseUntil: now + 60_000,
  } as const;
  if (!takeRun(context.db, name, holder)) return false;
  const run = readRun(context.db, name) as RunRecord;
  work(context, run);
  return recordEnd(context, run, { ...emptyResult('completed', ''), text: 'done', exit: 0 });
}

function work({ house }: HouseContext, run: RunRecord): void {
  appendFileSync(join(house.paths.workspace, 'effects'), `${run.task} ${run.run}\n`);
}

/** What an agent outside does that knows nothing but the contract: report, then the trigger away. */
export function playOutsider(context: HouseContext, run: RunRecord): boolean {
  const { paths } = context.house;
  const trigger = triggerPath(paths, run.task);
  if (!existsSync(trigger)) return false;
  work(context, run);
  const report = reportPath(paths, run.task);
  const text = `---\ntask: ${run.task}\nrun: ${run.run}\nstatus: COMPLETE\n---\nCarried.\n`;
  writeFileSync(`${report}.tmp`, text);
  renameSync(`${report}.tmp`, report);
  rmSync(trigger);
  return true;
}

/** Dispatch and do everything that can be done, with the clock moved on where only time is missing. */
export async function driveToIdle(context: HouseContext, clock: SettableClock): Promise<void> {
  let idle = 0;
  for (let round = 0; round < ROUNDS && idle < 4; round++) {
    const { actions } = await reconcile(context, { claim: true });
    const outside = readOpenRuns(context.db).filter(
      (run) => run.body === 'external' && run.holder === null,
    );
    const played = outside.filter((run) => playOutsider(context, run)).length;
    if (actions.length > 0 || played > 0) idle = 0;
    else {
      idle += 1;
      clock.advance(6000);
    }
  }
}
