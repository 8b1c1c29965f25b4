/**
 * A queue that was read is worked off in this process, by a body that does nothing but report:
 * in-process.ts <root> <wizard> <count>. The lane is the watcher's (lib/operations/lane.ts) without
 * the shell: the same records, the same commits, the same order.
 */
import { readFileSync } from 'node:fs';
import { recordClaim } from '../../../lib/operations/claim.ts';
import type { HouseContext, Lane } from '../../../lib/operations/context.ts';
import { emptyResult, recordEnd } from '../../../lib/operations/end-run.ts';
import { type LaneOrder, laneOrder } from '../../../lib/operations/lane-order.ts';
import { closeHouse, openHouse } from '../../../lib/operations/open-house.ts';
import { reconcile } from '../../../lib/operations/reconcile.ts';
import { archivePreviousReport } from '../../../lib/operations/settle-run.ts';
import { transaction } from '../../../lib/platform/sqlite.ts';
import type { RunRecord } from '../../../lib/records/run.ts';

const RESULT = { ...emptyResult('completed', ''), text: 'This is what came of it.', exit: 0 };

const [root = '', wizard = '', count = ''] = process.argv.slice(2);
const context = await openHouse(root, wizard, {
  clock: { now: Date.now, monotonic: () => performance.now() },
  environment: { PATH: process.env['PATH'] },
  launch: () => Promise.reject(new Error('a task went the long way')),
});
await reconcile(context, { claim: false });
const lane = openLane();
context.lane = lane;

const begun = performance.now();
let done = 0;
while (done < Number(count)) {
  await reconcile(context, { claim: true });
  await lane.rest();
  const now = countComplete(context);
  if (now === done && now > 0) await reconcile(context, { claim: false });
  done = countComplete(context);
  if (performance.now() - begun > 120_000) break;
}
const ms = performance.now() - begun;
closeHouse(context);
console.log(JSON.stringify({ ms, done }));

function countComplete({ house }: HouseContext): number {
  return readFileSync(house.paths.queue, 'utf8').split('**Status:** COMPLETE').length - 1;
}

function openLane(): Lane & { rest(): Promise<void> } {
  let order: LaneOrder | null = null;
  let working: Promise<void> = Promise.resolve();
  return {
    takes: () => true,
    begin(context, plan, seen) {
      order = laneOrder(context, seen, plan.candidate.key);
      const run = recordClaim(context, plan, order.concurrency, 'running');
      if (run !== null) working = work(context, run);
      return run;
    },
    wrote: (before, after) => order?.wrote(before, after),
    rest: () => working,
  };

  async function work(context: HouseContext, first: RunRecord): Promise<void> {
    for (let run: RunRecord | null = first; run !== null; ) {
      const ended: RunRecord = run;
      archivePreviousReport(context, ended.task);
      const plan = (await order?.next()) ?? null;
      run = transaction(context.db, () => {
        if (!recordEnd(context, ended, RESULT)) return null;
        if (plan === null || !order?.holds(plan)) return null;
        return recordClaim(context, plan, order.concurrency, 'running');
      });
    }
  }
}
