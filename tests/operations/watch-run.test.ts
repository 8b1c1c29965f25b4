import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { reportPath, runFolder } from '../../lib/houses/paths.ts';
import { emptyResult } from '../../lib/operations/end-run.ts';
import { jobOf } from '../../lib/operations/job.ts';
import { proved } from '../../lib/operations/prove-run.ts';
import { runTask } from '../../lib/operations/run-task.ts';
import { watchRun } from '../../lib/operations/watch-run.ts';
import { self } from '../../lib/platform/identity.ts';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { readTask } from '../../lib/records/task-store.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

/** A claimed run of this task, which nobody does. */
async function claimed(text: string) {
  const house = await bench(text, { launch: async () => self() });
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

test('a verification that breaks off leaves nobody who watches', async () => {
  const { context, run } = await claimed(task('T-1', 'true'));
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const broken = { ...jobOf(run), produces: [{ path: null as never, before: null }] };
  const supervision = { sleep, nudge: () => {} };
  const proof = proved(context, run, broken, emptyResult('completed', ''), supervision);
  await expect(proof).rejects.toThrow(TypeError);
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

test.each(['sh', 'bash'])(
  'what prints without end is ended, and fills no disk (%s)',
  async (language) => {
    // As if it had: the file is long, and takes no room.
    const long = `truncate -s 2G "$(readlink /proc/$$/fd/1)"; echo the end; sleep 1000`;
    const { context, run } = await claimed(
      task('T-1', `echo begun; sh -c '${long}'`, ['Attempts: 1']).replace(
        '```sh',
        `\`\`\`${language}`,
      ),
    );
    expect(await runTask(context, run.run, { sleep, nudge: () => {} })).toBe(true);
    const report = readFileSync(reportPath(context.house.paths, 'T-1'), 'utf8');
    expect(report).toContain('ended after it had printed 1 GB');
    expect(report).toContain('the end');
    const output = join(runFolder(context.house.paths, run.run), 'stdout');
    expect(statSync(output).size).toBeLessThanOrEqual(1024 * 1024);
    expect(processesOfRun(run.run)).toEqual([]);
  },
);

test('what came of a run waits for room on a full disk, and is not done again', async () => {
  const script = 'echo x >>ran; head -c 700000 /dev/urandom | base64';
  const { context, run } = await claimed(task('T-1', script));
  const { db } = context;
  let waits = 0;
  const pages = db.prepare('PRAGMA page_count').get()?.['page_count'] as number;
  db.exec(`PRAGMA max_page_count = ${pages + 20}`);
  const supervision = {
    sleep: async (ms: number) => {
      if (ms < 1000) return sleep(ms);
      if (++waits === 2) db.exec('PRAGMA max_page_count = 1000000');
    },
    nudge: () => {},
  };
  expect(await runTask(context, run.run, supervision)).toBe(true);
  expect(waits).toBe(2);
  expect(readTask(db, 'T-1')?.status).toBe('COMPLETE');
  expect(readFileSync(join(context.house.paths.workspace, 'ran'), 'utf8')).toBe('x\n');
});
