import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { liveness } from '../../lib/platform/identity.ts';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';
import { until } from '../support/until.ts';

function openRuns(house: TestHouse) {
  const db = openHouseDatabase(house.paths.database);
  try {
    return readOpenRuns(db);
  } finally {
    db.close();
  }
}

test('a runner killed in the middle is found dead, its body is ended, and the task is done by the next', async () => {
  const script =
    'echo "$ROBED_RUN" >>begun; test -e second && exec echo done; touch second; setsid sleep 600 & sleep 600';
  const house = testHouse(task('T-1', script));
  expect((await launched(house.root, ['dispatch'])).status).toBe(0);
  await until('the body has begun', () => existsSync(join(house.paths.workspace, 'second')));
  const [run] = openRuns(house);
  const holder = run?.holder;
  if (run === undefined || holder == null) throw new Error('nobody holds the run');
  process.kill(holder.pid, 'SIGKILL');
  await until('the runner is dead', () => liveness(holder) === 'dead');
  expect((await launched(house.root, ['dispatch'])).status).toBe(0);
  expect(processesOfRun(run.run)).toEqual([]);
  await until('T-1 is COMPLETE', () => house.status('T-1') === 'COMPLETE');
  const begun = readFileSync(join(house.paths.workspace, 'begun'), 'utf8').trim().split('\n');
  expect(begun).toHaveLength(2);
  expect(begun[0]).toBe(run.run);
  const { stdout } = await launched(house.root, ['log', '--json', '--task', 'T-1']);
  const types = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(types.filter((type) => type === 'task.lost')).toHaveLength(1);
  expect(types.filter((type) => type === 'task.completed')).toHaveLength(1);
});
