/**
 * A queue that was read is worked off in this process, by a body that does nothing but report:
 * in-process.ts <root> <wizard> <count>. The rows are the watcher's (lib/operations/lane-rows.ts),
 * without its shells.
 */
import { readFileSync } from 'node:fs';
import type { HouseContext } from '../../../lib/operations/context.ts';
import { emptyResult } from '../../../lib/operations/end-run.ts';
import { type LaneRun, openRows } from '../../../lib/operations/lane-rows.ts';
import { closeHouse, openHouse } from '../../../lib/operations/open-house.ts';
import { reconcile } from '../../../lib/operations/reconcile.ts';
import { archivePreviousReport } from '../../../lib/operations/settle-run.ts';

const RESULT = { ...emptyResult('completed', ''), text: 'This is what came of it.', exit: 0 };

const [root = '', wizard = '', count = ''] = process.argv.slice(2);
const context = await openHouse(root, wizard, {
  clock: { now: Date.now, monotonic: () => performance.now() },
  environment: { PATH: process.env['PATH'] },
  launch: () => Promise.reject(new Error('a task went the long way')),
});
await reconcile(context, { claim: false });
const takes = () => true;
const carrier = { takes, carryOut, foresee: () => {}, wake: () => {}, onTrouble: console.error };
const rows = openRows(carrier);
context.lane = { ...rows, takes };

const begun = performance.now();
let done = 0;
while (done < Number(count)) {
  await reconcile(context, { claim: true });
  while (rows.live.size > 0)
    await Promise.all([...rows.live.values()].map(({ over }) => over.promise));
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

async function carryOut({ context, run }: LaneRun, begun: () => void) {
  archivePreviousReport(context, run.task);
  begun();
  return { result: RESULT, retry: true };
}
