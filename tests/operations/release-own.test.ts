import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ALIVE } from '../support/alive.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';
import { startWatcher } from '../support/watcher.ts';

test.runIf(process.platform === 'linux').each<[string, (house: TestHouse) => void]>([
  [
    'a copy of the home in its place',
    ({ paths, root }) => {
      cpSync(paths.home, `${paths.home}.new`, { recursive: true, preserveTimestamps: true });
      renameSync(paths.home, join(root, 'old'));
      renameSync(`${paths.home}.new`, paths.home);
    },
  ],
  [
    'house.db deleted',
    ({ paths }) => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${paths.database}${end}`);
    },
  ],
  [
    'the lock of its watcher taken away',
    ({ paths }) => rmSync(`${paths.watcherLock}.lock`, { recursive: true }),
  ],
])('what is at work holds nobody up after %s', async (_, change) => {
  const script = `echo begin >>marks; while ${ALIVE} && ! test -e go; do sleep 0.02; done; echo end >>marks`;
  const house = testHouse(task('T-1', script) + task('T-2', 'true'));
  const marks = join(house.paths.workspace, 'marks');
  const said = () => (existsSync(marks) ? readFileSync(marks, 'utf8') : '');
  startWatcher(house.root);
  await until('it begins', () => said() === 'begin\n');
  await until('it is seen', () => house.status('T-1') === 'IN_PROGRESS');
  change(house);
  await until('it begins anew', () => said() === 'begin\nbegin\n', 60_000);
  await startGo(house);
  await until('T-1', () => house.status('T-1') === 'COMPLETE');
  await until('T-2', () => house.status('T-2') === 'COMPLETE');
  // Of the first one nothing was at work any more.
  expect(said()).toBe('begin\nbegin\nend\n');
});

const startGo = async ({ paths }: TestHouse) => cpSync(paths.settings, join(paths.workspace, 'go'));
