import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emptyResult } from '../../lib/operations/end-run.ts';
import { type LaneRun, openRows } from '../../lib/operations/lane-rows.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { armFaults, systemError } from '../../lib/platform/faults.ts';
import { countLiveRuns, readOpenRuns } from '../../lib/records/run-store.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const DONE = { result: { ...emptyResult('completed', ''), text: 'done' }, retry: true };

/** Rows in which a run ends when the test says so. */
async function rows(ids: readonly string[], concurrency: number) {
  const house = await bench(ids.map((id) => task(id, 'true')).join('\n'), {
    settings: `queue: {adopted: true}\nconcurrency: ${concurrency}\nbodies: {allow: [shell]}\n`,
  });
  const { context } = house;
  const running: { at: LaneRun; end: () => void }[] = [];
  const troubles: unknown[] = [];
  const takes = () => true;
  const lane = openRows({
    takes,
    carryOut: (at, begun) =>
      new Promise((resolve) => {
        running.push({ at, end: () => resolve(DONE) });
        begun();
      }),
    foresee: () => {},
    wake: () => {},
    onTrouble: (error) => troubles.push(error),
  });
  context.lane = { ...lane, takes };
  const commits: string[] = [];
  const count = () => {
    commits.length = 0;
    armFaults((operation) => {
      if (operation === 'commit') commits.push(operation);
    });
  };
  const names = () => running.map(({ at }) => at.run.task);
  const endAll = async () => {
    const over = running.splice(0).map(({ at, end }) => {
      end();
      return at.over.promise;
    });
    await Promise.all(over);
  };
  return { house, context, lane, running, names, endAll, troubles, commits, count };
}

const IDS = ['T-1', 'T-2', 'T-3', 'T-4', 'T-5', 'T-6', 'T-7'];

test('as many run at once as the wizard may have, and never more', async () => {
  const { context, names, endAll } = await rows(IDS, 3);
  const done = await reconcile(context, { claim: true });
  expect(names()).toEqual(['T-1', 'T-2', 'T-3']);
  expect(done.claimed.map((run) => run.task)).toEqual(['T-1', 'T-2', 'T-3']);
  await endAll();
  expect(names()).toEqual(['T-4', 'T-5', 'T-6']);
  expect(countLiveRuns(context.db)).toBe(3);
});

test('what a look begins shows in the queue from the next one on', async () => {
  const { context, house } = await rows(IDS, 3);
  const statuses = () => readFileSync(house.paths.queue, 'utf8').match(/[A-Z_]+(?=\n)/g);
  const begun = await reconcile(context, { claim: true });
  expect([begun.claimed.length, new Set(statuses())]).toEqual([3, new Set(['PENDING'])]);
  await reconcile(context, { claim: true });
  expect(statuses()?.slice(0, 4)).toEqual([...Array(3).fill('IN_PROGRESS'), 'PENDING']);
});

test('ends that fall together, and the claims after them, are one commit', async () => {
  const { context, names, endAll, commits, count } = await rows(IDS, 3);
  await reconcile(context, { claim: true });
  count();
  await endAll();
  armFaults(null);
  expect(commits).toHaveLength(1);
  expect(names()).toEqual(['T-4', 'T-5', 'T-6']);
  expect(readOpenRuns(context.db).map(({ task: id, state }) => `${id} ${state}`)).toEqual([
    'T-1 ended',
    'T-2 ended',
    'T-3 ended',
    'T-4 running',
    'T-5 running',
    'T-6 running',
  ]);
});

test('a commit that fails for all is tried for each, and every run has its end', async () => {
  const { house, context, endAll, troubles } = await rows(IDS.slice(0, 3), 3);
  await reconcile(context, { claim: true });
  let failed = false;
  armFaults((operation, path) => {
    if (failed || operation !== 'commit') return;
    failed = true;
    throw systemError('EIO', operation, path);
  });
  await endAll();
  armFaults(null);
  expect(failed).toBe(true);
  expect(troubles).toEqual([]);
  await reconcile(context, { claim: false });
  expect(['T-1', 'T-2', 'T-3'].map((id) => house.status(id))).toEqual(Array(3).fill('COMPLETE'));
});
