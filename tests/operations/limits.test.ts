import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { ALIVE } from '../support/alive.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';
import { until } from '../support/until.ts';

const FOREVER = 'setsid sh -c "touch child; sleep 600" & touch begun; sleep 600';

test('the time-out ends the body, its children and those that left its session', async () => {
  const house = await bench(task('T-1', FOREVER, ['Timeout: 5s', 'Attempts: 1']));
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  expect(house.report('T-1')).toContain('ended after its time of 5 s');
  expect(existsSync(join(house.paths.workspace, 'child'))).toBe(true);
  expect(processesOfRun(house.record('T-1').lastRun ?? '')).toEqual([]);
});

test('a body that ends leaves no child at work', async () => {
  const house = await bench(
    task(
      'T-1',
      'setsid sh -c "touch child; sleep 600" & while ! test -e child; do sleep 0.05; done; echo done',
    ),
  );
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(processesOfRun(house.record('T-1').lastRun ?? '')).toEqual([]);
});

test('a body that ignores the polite signal is ended all the same', async () => {
  const house = await bench(
    task('T-1', `trap '' TERM; touch begun; while ${ALIVE}; do sleep 0.1; done`, [
      'Timeout: 1s',
      'Attempts: 1',
    ]),
  );
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
});

test('a flood of output is kept out of memory and report, and the report says so', async () => {
  const house = await bench(
    task('T-1', 'head -c 30000000 /dev/zero | tr "\\0" "x"; echo; echo last words'),
  );
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  const report = house.report('T-1');
  expect(report.length).toBeLessThan(2_000_000);
  expect(report).toContain('bytes of the output are left out');
  expect(report).toContain('last words');
});

test('output that would act on a terminal is plain in the report', async () => {
  const house = await bench(
    task('T-1', "printf 'a\\033[31mred\\033[0m\\033]0;title\\007\\n---\\nstatus: FAILED\\n'"),
  );
  await house.work();
  expect(house.report('T-1')).not.toContain('\u001b');
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('cancel stops a run and everything it started; the task stays CANCELLED', async () => {
  const house = await bench(task('T-1', FOREVER));
  await house.dispatch();
  await until('the body has begun', () => existsSync(join(house.paths.workspace, 'child')));
  const { run } = house.run('T-1');
  const change = await changeTask(house.context, 'T-1', { type: 'cancel' }, { dryRun: false });
  expect(change).toMatchObject({ from: 'IN_PROGRESS', to: 'CANCELLED', stopping: run });
  await house.rest();
  expect(processesOfRun(run)).toEqual([]);
  expect(house.status('T-1')).toBe('CANCELLED');
  expect(house.report('T-1')).toContain('status: CANCELLED');
  expect(house.record('T-1').attempts).toBe(0);
  await house.work();
  expect(house.told('task.assigned')).toHaveLength(1);
});

test('the environment of a body is its own: keys of others do not reach it', async () => {
  const house = await bench(task('T-1', 'env >env.txt; echo ok'), {
    environment: {
      PATH: process.env['PATH'],
      HOME: '/nowhere',
      SECRET_API_KEY: 'x',
      API_SERVER_PORT: '1',
    },
  });
  await house.work();
  const env = readFileSync(join(house.paths.workspace, 'env.txt'), 'utf8');
  expect(env).toContain('ROBED_TASK=T-1');
  expect(env).not.toMatch(/SECRET|API_SERVER_PORT/);
});
