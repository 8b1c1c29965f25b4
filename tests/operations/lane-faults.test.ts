import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { sweepStarters } from '../../lib/operations/sweep-starters.ts';
import { openWatch } from '../../lib/operations/watch-house.ts';
import { armFaults, systemError } from '../../lib/platform/faults.ts';
import { self } from '../../lib/platform/identity.ts';
import { readOpenRuns, setHolder } from '../../lib/records/run-store.ts';
import { ALIVE } from '../support/alive.ts';
import { deadProcess } from '../support/house.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

async function watch(house: TestHouse): Promise<void> {
  const watching = await openWatch(house.root, house.name, {
    clock: systemClock,
    environment: process.env,
    launch: async () => self(),
    timer: systemTimer,
    onLook: () => {},
    onEvents: () => {},
    onTrouble: () => {},
  });
  onTestFinished(async () => {
    armFaults(null);
    await watching.close();
  });
  await watching.begin();
}

/** The first call on a path like this fails. */
function failOnce(path: RegExp): void {
  let failed = false;
  armFaults((operation, at) => {
    if (failed || !path.test(at)) return;
    failed = true;
    throw systemError('ENOSPC', operation, at);
  });
}

describe.runIf(process.platform === 'linux')('where the disk is full', () => {
  for (const [what, path] of [
    ['its output can not be kept', /logs\/runs\//],
    ['its trigger can not be made', /work\/.*T-1\.active/],
  ] as const) {
    test(`${what}: what is at work ends before it is tried again`, async () => {
      const house = testHouse(task('T-1', 'echo start >>marks; sleep 0.7; echo end >>marks'));
      failOnce(path);
      await watch(house);
      await until('COMPLETE', () => house.status('T-1') === 'COMPLETE');
      // The first one, had it gone on, would have written by now.
      await sleep(700);
      const marks = readFileSync(join(house.paths.workspace, 'marks'), 'utf8');
      expect(marks).toBe('start\nstart\nend\n');
    });
  }
});

test.runIf(process.platform === 'linux').each([1, 2])(
  'work whose end can not be recorded for a while is not done again, %i at a time',
  async (concurrency) => {
    const ids = ['T-1', 'T-2'].slice(0, concurrency);
    const wait = `touch "$ROBED_TASK"; while ${ALIVE} && ! test -e go; do sleep 0.01; done; echo x >>marks`;
    const house = testHouse(ids.map((id) => task(id, wait)).join('\n'), {
      settings: `queue: {adopted: true}\nconcurrency: ${concurrency}\nbackoff: 50ms\n`,
    });
    const { workspace } = house.paths;
    await watch(house);
    for (const id of ids) await until('it begins', () => existsSync(join(workspace, id)));
    await sleep(100);
    let failed = 0;
    armFaults((operation, at) => {
      if (operation !== 'commit' || failed >= 4) return;
      failed++;
      throw systemError('ENOSPC', operation, at);
    });
    writeFileSync(join(workspace, 'go'), '');
    for (const id of ids) await until('COMPLETE', () => house.status(id) === 'COMPLETE');
    expect(failed).toBe(4);
    expect(readFileSync(join(workspace, 'marks'), 'utf8')).toBe('x\n'.repeat(concurrency));
  },
);

test.runIf(process.platform === 'linux')(
  'a shell that was killed leaves nothing, while its watcher lives',
  async () => {
    const kill = (id: string) => task(id, 'echo on; kill -9 0', ['Attempts: 1']);
    const house = testHouse(['T-1', 'T-2', 'T-3'].map(kill).join('\n') + task('T-4', 'true'));
    await watch(house);
    await until('the last', () => house.status('T-4') === 'COMPLETE');
    expect(readdirSync(join(house.paths.logs, 'starters')).length).toBeLessThan(2);
  },
);

test('what the shells of a dead watcher left is swept, also where it died at work', async () => {
  const house = testHouse(task('T-1', 'true'));
  const left = join(house.paths.logs, 'starters', '2147483646-1-1');
  const { context } = await openTestRun(house);
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'exits'), '');
  sweepStarters(context);
  expect(existsSync(left), 'somebody who lives may need it').toBe(true);
  for (const { run } of readOpenRuns(context.db)) setHolder(context.db, run, deadProcess());
  sweepStarters(context);
  expect(existsSync(left)).toBe(false);
});

/** With a claimed run, held by this process. */
async function openTestRun(house: TestHouse) {
  const context = await openHouse(house.root, house.name, {
    clock: systemClock,
    environment: process.env,
    launch: async () => self(),
  });
  onTestFinished(() => closeHouse(context));
  await reconcile(context, { claim: true });
  return { context };
}
