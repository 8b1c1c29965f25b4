import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const KINDS: Record<string, (path: string, house: Bench) => void> = {
  'a folder': (path) => mkdirSync(path),
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a link to a file outside': (path, house) => symlinkSync(join(house.root, 'precious'), path),
  'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
  'a link to itself': (path) => symlinkSync(path, path),
};

const claimed = async (): Promise<Bench> => {
  const house = await bench(outside('T-1', ['Attempts: 1']));
  writeFileSync(join(house.root, 'precious'), 'precious');
  await house.dispatch();
  return house;
};

const isPrecious = (house: Bench) =>
  expect(readFileSync(join(house.root, 'precious'), 'utf8')).toBe('precious');

for (const [kind, make] of Object.entries(KINDS)) {
  describe(kind, () => {
    test('in place of a live run’s report is no report', async () => {
      const house = await claimed();
      make(reportPath(house.paths, 'T-1'), house);
      await house.monitor();
      expect(house.status('T-1')).toBe('IN_PROGRESS');
      rmSync(triggerPath(house.paths, 'T-1'));
      house.advance(6000);
      await house.monitor();
      expect(house.status('T-1')).toBe('FAILED');
      expect(house.report('T-1')).toContain('status: FAILED');
      isPrecious(house);
    });

    test('among the reports of tasks that nobody runs stops nothing', async () => {
      const house = await claimed();
      make(reportPath(house.paths, 'T-9'), house);
      house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
      await house.work();
      expect(house.status('T-1')).toBe('COMPLETE');
      isPrecious(house);
    });

    test('in place of a trigger is no trigger, and stops nothing', async () => {
      const house = await claimed();
      make(triggerPath(house.paths, 'T-9'), house);
      house.save(`${house.queue()}\n${task('T-9', 'echo 9', ['Priority: P0'])}`);
      house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
      await house.work();
      expect(house.status('T-1')).toBe('COMPLETE');
      isPrecious(house);
    });

    test('in place of the records’ triggers is passed over when they are made anew', async () => {
      const house = await claimed();
      make(triggerPath(house.paths, 'T-9'), house);
      make(reportPath(house.paths, 'T-8'), house);
      await house.reopen(() => rmSync(house.paths.database));
      await house.dispatch();
      expect(house.run('T-1').state).toBe('running');
      isPrecious(house);
    });
  });
}
