import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { emptyResult } from '../../lib/operations/end-run.ts';
import { jobOf } from '../../lib/operations/job.ts';
import { proved } from '../../lib/operations/prove-run.ts';
import { runTask } from '../../lib/operations/run-task.ts';
import { watchRun } from '../../lib/operations/watch-run.ts';
import { armFaults, systemError } from '../../lib/platform/faults.ts';
import { self } from '../../lib/platform/identity.ts';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

/** A claimed run of this task, which nobody does. */
async function claimed(text: string) {
  const house = await bench(text, { launch: async () => self() });
  onTestFinished(() => armFaults(null));
  await house.dispatch();
  return { context: house.context, run: house.run('T-1') };
}

test('records that can’t be read just now end no process that watches a run', async () => {
  const { context, run } = await claimed(task('T-1', 'true'));
  const db = new DatabaseSync(':memory:');
  let look = () => {};
  const supervision = {
    sleep,
    nudge: (fn: () => void) => {
      look = fn;
    },
  };
  const watch = watchRun({ ...context, db }, run, 1000, supervision, async () => {});
  expect(look).not.toThrow();
  watch.drop();
  db.close();
});

test('a verification that can’t be begun leaves nobody who watches', async () => {
  const { context, run } = await claimed(task('T-1', 'true', ['Verify: `true`']));
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  armFaults((operation, path) => {
    if (operation === 'spawn') throw systemError('EAGAIN', operation, path);
  });
  const supervision = { sleep, nudge: () => {} };
  await proved(context, run, jobOf(run), emptyResult('completed', ''), supervision).catch(() => {});
  expect(timers()).toBe(before);
});

test('a body whose run can’t be recorded is ended before its task is tried again', async () => {
  const { context, run } = await claimed(task('T-1', 'sleep 1000'));
  context.db.exec(
    `CREATE TRIGGER full BEFORE UPDATE OF leader ON runs WHEN NEW.leader IS NOT NULL
     BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
  );
  await runTask(context, run.run, { sleep, nudge: () => {} });
  expect(processesOfRun(run.run)).toEqual([]);
});
