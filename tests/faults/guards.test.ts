import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { triggerPath } from '../../lib/houses/paths.ts';
import { acceptSave, planReadSave } from '../../lib/operations/accept-save.ts';
import { claim } from '../../lib/operations/claim.ts';
import { type HouseContext, readHead } from '../../lib/operations/context.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { readQueue, requireReading } from '../../lib/operations/read-queue.ts';
import { planClaims, reconcile } from '../../lib/operations/reconcile.ts';
import { writeQueue } from '../../lib/operations/write-queue.ts';
import { setStatus } from '../../lib/queue/edit.ts';
import { insertRun, raiseFence, readOpenRuns } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import {
  launchNobody,
  makeHousehold,
  openTestHouse,
  type SettableClock,
  settableClock,
  type TestHouse,
} from '../support/house.ts';
import { added, newQueue } from './person.ts';

/** Guards that the fault tests could not see missing, since another one stands behind each. */

let house: TestHouse;
let clock: SettableClock;
const open: HouseContext[] = [];

afterEach(() => {
  for (const context of open.splice(0)) closeHouse(context);
  house.remove();
});

async function openHouse(): Promise<HouseContext> {
  const context = await openTestHouse(house, { clock, launch: launchNobody });
  open.push(context);
  return context;
}

async function setUp(): Promise<HouseContext> {
  house = makeHousehold(added(newQueue(), 'T-1'));
  clock = settableClock();
  return openHouse();
}

const reading = (context: HouseContext) =>
  requireReading(context, readQueue(context, readHead(context.db)?.hash ?? null));

const liveRun = (context: HouseContext) => {
  const [run] = readOpenRuns(context.db);
  if (run === undefined) throw new Error('expected a live run');
  return run;
};

test('the records refuse a second live run of a task', async () => {
  const context = await setUp();
  await reconcile(context, { claim: true });
  const { fence: _, ...run } = liveRun(context);
  expect(() => insertRun(context.db, { ...run, run: 'another' })).toThrow(/UNIQUE/);
});

test('a fence that was seen in the files is not drawn again', async () => {
  const context = await setUp();
  raiseFence(context.db, 41);
  await reconcile(context, { claim: true });
  expect(liveRun(context).fence).toBe(42);
});

test('a save that another tick took in meanwhile is not taken in twice', async () => {
  const context = await setUp();
  const other = await openHouse();
  const seen = reading(context);
  const plan = planReadSave(context, seen, null, readTasks(context.db), []);
  await reconcile(other, { claim: false });
  expect(acceptSave(context, seen, null, plan)).toBe(false);
});

test('a write that was planned on another version is not made', async () => {
  const context = await setUp();
  await reconcile(context, { claim: false });
  const seen = reading(context);
  const entry = seen.keyed.single.get('T-1');
  if (entry === undefined) throw new Error('expected T-1');
  house.write(added(house.read(), 'T-2'));
  const theirs = house.read();
  expect(writeQueue(context, seen, setStatus(seen.doc, entry, 'BLOCKED'))).toBe(false);
  expect(house.read()).toBe(theirs);
});

test('a second end of a run changes nothing', async () => {
  const context = await setUp();
  await reconcile(context, { claim: true });
  const run = liveRun(context);
  expect(recordEnd(context, run, emptyResult('completed', ''))).toBe(true);
  expect(recordEnd(context, run, emptyResult('failed', 'late'))).toBe(false);
  expect(readTasks(context.db).get('T-1')?.status).toBe('COMPLETE');
});

test('a trigger that stands already is not written over, and the claim is given back', async () => {
  const context = await setUp();
  await reconcile(context, { claim: false });
  const trigger = triggerPath(house.paths, 'T-1');
  for await (const plan of planClaims(context, reading(context), readTasks(context.db))) {
    if (plan.type !== 'claim') throw new Error(`expected a claim, found ${plan.type}`);
    writeFileSync(trigger, 'of somebody else');
    expect(claim(context, plan, 1)).toBeNull();
  }
  expect(readFileSync(trigger, 'utf8')).toBe('of somebody else');
  expect(readTasks(context.db).get('T-1')?.status).toBe('PENDING');
});

test('half a save is not read while it is being written', async () => {
  const context = await setUp();
  await reconcile(context, { claim: false });
  clock.advance(500);
  const writer = openSync(house.paths.queue, 'w');
  try {
    expect(readQueue(context, readHead(context.db)?.hash ?? null).kind).toBe('unsettled');
  } finally {
    closeSync(writer);
  }
});

test('no deletion is believed on one reading', async () => {
  const context = await setUp();
  await reconcile(context, { claim: false });
  house.write(newQueue());
  await reconcile(context, { claim: false });
  expect(readTasks(context.db).get('T-1')?.deletedAt).toBeNull();
  clock.advance(2500);
  await reconcile(context, { claim: false });
  expect(readTasks(context.db).get('T-1')?.deletedAt).not.toBeNull();
});

test('a copy from before the records were lost runs no finished work again', async () => {
  const context = await setUp();
  const old = house.read();
  await reconcile(context, { claim: true });
  recordEnd(context, liveRun(context), emptyResult('completed', ''));
  await reconcile(context, { claim: false });
  closeHouse(context);
  open.length = 0;
  for (const part of ['', '-wal', '-shm']) rmSync(house.paths.database + part, { force: true });
  house.write(added(house.read(), 'T-2'));
  const anew = await openHouse();
  await reconcile(anew, { claim: false });
  house.write(old);
  await reconcile(anew, { claim: false });
  expect(readTasks(anew.db).get('T-1')?.status).toBe('COMPLETE');
});
