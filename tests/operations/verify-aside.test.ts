import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { reportPath, runFolder, triggerPath } from '../../lib/houses/paths.ts';
import { openAside } from '../../lib/operations/aside.ts';
import { launchRunner } from '../../lib/operations/launch-runner.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { openWatch } from '../../lib/operations/watch-house.ts';
import { ensureDirectory } from '../../lib/platform/files.ts';
import { self } from '../../lib/platform/identity.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import type { RunRecord } from '../../lib/records/run.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { readTask } from '../../lib/records/task-store.ts';
import { ALIVE } from '../support/alive.ts';
import { bench, outside, reportOf } from '../support/bench.ts';
import { type TestHouse, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

const SETTINGS = 'queue: {adopted: true}\nconcurrency: 2\nbodies: {allow: [shell, external]}\n';

const SLOW = outside('T-1', [`Verify: \`while ${ALIVE} && ! test -e go; do sleep 0.02; done\``]);

async function watching(house: TestHouse, clock = systemClock) {
  const troubles: unknown[] = [];
  let idleness = '';
  const watch = await openWatch(house.root, house.name, {
    clock,
    environment: process.env,
    launch: launchRunner(process.env),
    timer: systemTimer,
    onLook: ({ type }) => {
      idleness = type;
    },
    onEvents: () => {},
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => watch.close());
  await watch.begin();
  return { watch, troubles, idleness: () => idleness };
}

function recordsOf(house: TestHouse) {
  const db = openHouseDatabase(house.paths.database);
  onTestFinished(() => db.close());
  return {
    status: (id: string) => readTask(db, id)?.status,
    runs: () => readOpenRuns(db),
  };
}

/** As somebody outside does: the report by a rename, then the trigger away. */
function leaveReport(house: TestHouse, run: RunRecord | undefined): void {
  if (run === undefined) throw new Error('no such run');
  const report = reportPath(house.paths, run.task);
  writeFileSync(`${report}.new`, reportOf(run, 'COMPLETE', 'It is done.'));
  renameSync(`${report}.new`, report);
  rmSync(triggerPath(house.paths, run.task));
}

/** A watched house in which the check of what was reported of T-1 goes on until there is `go`. */
async function verifying(more = '') {
  const house = testHouse(SLOW + more, { settings: SETTINGS });
  const seen = await watching(house);
  const records = recordsOf(house);
  await until('T-1 is claimed', () => records.runs()[0]?.state === 'running');
  leaveReport(house, records.runs()[0]);
  await until('it is verified', () => records.runs()[0]?.holder?.pid === process.pid);
  const go = () => writeFileSync(join(house.paths.workspace, 'go'), '');
  return { house, ...seen, ...records, go };
}

test('a check that takes long holds up nothing else', async () => {
  const { house, status, runs, troubles, go } = await verifying(outside('T-2'));
  await until('T-2 is claimed', () => runs().every(({ state }) => state === 'running'));
  leaveReport(house, runs()[1]);
  await until('T-2 is done', () => house.status('T-2') === 'COMPLETE');
  expect(status('T-1')).toBe('IN_PROGRESS');
  go();
  await until('T-1 is done', () => house.status('T-1') === 'COMPLETE');
  expect(troubles).toEqual([]);
});

test('a promised file of any size holds up nothing else', async () => {
  const house = testHouse(outside('T-1', ['Produces: `big`']) + outside('T-2'), {
    settings: SETTINGS,
  });
  const { troubles } = await watching(house);
  const { status, runs } = recordsOf(house);
  await until('both are claimed', () => runs().length === 2);
  const big = join(house.paths.workspace, 'big');
  writeFileSync(big, '');
  truncateSync(big, 2 ** 40);
  for (const run of runs()) leaveReport(house, run);
  await until('T-2 is done', () => house.status('T-2') === 'COMPLETE');
  expect(status('T-1')).toBe('IN_PROGRESS');
  truncateSync(big, 0);
  await until('T-1 is done', () => house.status('T-1') === 'COMPLETE');
  expect(troubles).toEqual([]);
});

test('a watcher that leaves breaks it off, and whoever comes next does it', async () => {
  const { house, watch, status, runs, go } = await verifying();
  await watch.pause();
  await watch.handOver(launchRunner(process.env));
  await watch.finish();
  await watch.close();
  expect(status('T-1')).toBe('IN_PROGRESS');
  expect(runs()).toMatchObject([{ state: 'running', holder: null, result: null }]);
  go();
  const context = await openHouse(house.root, house.name, {
    clock: systemClock,
    environment: process.env,
    launch: launchRunner(process.env),
  });
  onTestFinished(() => closeHouse(context));
  await reconcile(context, { claim: false });
  expect(status('T-1')).toBe('COMPLETE');
});

test('what could not be verified is let go, and tried again', async () => {
  const house = await bench(outside('T-1', ['Verify: `true`']));
  await house.dispatch();
  const run = house.run('T-1');
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'It is done.'));
  takeAwayScratch(house, run);
  await expect(house.monitor()).rejects.toThrow();
  expect(house.run('T-1').holder).not.toEqual(self());
  rmSync(runFolder(house.paths, run.run));
  await house.monitor();
  expect(house.status('T-1')).toBe('COMPLETE');
});

/** What was reported of T-1 can't be checked, and never will be. */
function takeAwayScratch(house: TestHouse, run: RunRecord): void {
  const scratch = runFolder(house.paths, run.run);
  ensureDirectory(dirname(scratch), 0o700);
  writeFileSync(scratch, 'no folder');
}

test('what can’t be verified for minutes is BLOCKED and says why, and its report is kept', async () => {
  const house = await bench(outside('T-1', ['Verify: `true`']));
  await house.dispatch();
  const run = house.run('T-1');
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'It is done.'));
  takeAwayScratch(house, run);
  await expect(house.monitor()).rejects.toThrow('EEXIST');
  house.advance(60_000);
  await expect(house.monitor()).rejects.toThrow('EEXIST');
  expect(house.told('task.blocked')).toEqual([]);
  house.advance(61_000);
  await house.monitor();
  expect(house.status('T-1')).toBe('BLOCKED');
  expect(house.record('T-1').reason).toMatch(/^what was reported can't be verified: EEXIST/);
  expect(house.report('T-1')).toContain('It is done.');
});

test('of what could not be verified nothing is left once its run has ended otherwise', async () => {
  const house = await bench(outside('T-1', ['Verify: `true`']));
  await house.dispatch();
  const run = house.run('T-1');
  house.leaveReport('T-1', reportOf(run, 'COMPLETE', 'It is done.'));
  takeAwayScratch(house, run);
  const kept = () =>
    house.context.db.prepare('SELECT key FROM meta WHERE instr(key, ?)').all(run.run);
  await expect(house.monitor()).rejects.toThrow('EEXIST');
  expect(kept()).toHaveLength(1);
  house.edit('IN_PROGRESS', 'CANCELLED');
  await house.monitor();
  expect([house.status('T-1'), house.runs(), kept()]).toEqual(['CANCELLED', [], []]);
});

test('a watcher that can’t verify comes to rest all the same', async () => {
  const house = testHouse(outside('T-1', ['Verify: `true`']), { settings: SETTINGS });
  let passed = 0;
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed };
  const { watch, troubles, idleness } = await watching(house, clock);
  const { runs, status } = recordsOf(house);
  await until('T-1 is claimed', () => runs()[0]?.state === 'running');
  const [run] = runs();
  if (run === undefined) throw new Error('no such run');
  takeAwayScratch(house, run);
  leaveReport(house, run);
  await until('it could not be verified', () => troubles.length > 0);
  passed += 121_000;
  watch.wake();
  await until('T-1 is blocked', () => status('T-1') === 'BLOCKED');
  await until('the house is idle', () => idleness() === 'idle');
});

test('what fails beside the looks waits for the next one, and brings none about', async () => {
  const told: string[] = [];
  const aside = openAside(
    () => told.push('woken'),
    (error) => told.push((error as Error).message),
  );
  aside.begin(() => Promise.reject(new Error('no space left')));
  await until('it failed', () => told.length > 0);
  aside.begin(async () => {});
  await until('the other has ended', () => told.includes('woken'));
  expect(told).toEqual(['no space left', 'woken']);
});
