import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { starterFolders } from '../../lib/houses/paths.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { takeOver } from '../../lib/operations/take-over.ts';
import { openWatch } from '../../lib/operations/watch-house.ts';
import { self } from '../../lib/platform/identity.ts';
import { exitsPath } from '../../lib/platform/starter.ts';
import { readRun } from '../../lib/records/run-store.ts';
import { ALIVE } from '../support/alive.ts';
import { task, testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

test.runIf(process.platform === 'linux')(
  'what ends while its runner is being started is not done again',
  async () => {
    const house = testHouse(
      task('T-1', `touch begun; while ${ALIVE} && ! test -e go; do sleep 0.02; done; exit 3`, [
        'Attempts: 1',
      ]),
    );
    const { paths } = house;
    const options = { clock: systemClock, environment: process.env, launch: async () => self() };
    const watching = await openWatch(house.root, house.name, {
      ...options,
      timer: systemTimer,
      onLook: () => {},
      onEvents: () => {},
      onTrouble: () => {},
    });
    onTestFinished(() => watching.close());
    await watching.begin();
    await until('it begins', () => existsSync(join(paths.workspace, 'begun')));
    await watching.pause();
    let name = '';
    await watching.handOver(async (_, run) => {
      name = run;
      writeFileSync(join(paths.workspace, 'go'), '');
      const [folder = ''] = readdirSync(starterFolders(paths));
      const list = exitsPath(join(starterFolders(paths), folder));
      await until('it ends', () => readFileSync(list, 'utf8') === `${run} 3\n`);
      // So is whoever gave it away.
      await sleep(50);
      return self();
    });
    await watching.finish();
    await watching.close();
    const context = await openHouse(house.root, house.name, options);
    onTestFinished(() => closeHouse(context));
    expect(await takeOver(context, name, { sleep, nudge: () => {} })).toBe(true);
    expect(readRun(context.db, name)?.result).toMatchObject({ outcome: 'failed', exit: 3 });
    expect(house.status('T-1')).toBe('FAILED');
  },
);
