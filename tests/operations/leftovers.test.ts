import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { quarantine } from '../../lib/operations/settle-run.ts';
import { self } from '../../lib/platform/identity.ts';
import { bench } from '../support/bench.ts';
import { deadProcess } from '../support/house.ts';
import { task } from '../support/household.ts';

test('what dead writers left half-made is swept, what living ones write is not', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const dead = deadProcess();
  const name = (owner: { pid: number; start: string }, kind: string) =>
    `.WORK-QUEUE.md.${owner.pid}-${owner.start}-0123456789ab.robed-${kind}`;
  const folder = dirname(house.paths.queue);
  writeFileSync(join(folder, name(dead, 'tmp')), 'half');
  writeFileSync(join(folder, name(self(), 'tmp')), 'half');
  await house.dispatch();
  expect(readdirSync(folder).filter((file) => file.includes('.robed-'))).toEqual([
    name(self(), 'tmp'),
  ]);
});

test('a save that a process died over becomes the queue again', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const save = `${house.queue()}\n${task('T-2', 'echo 2')}`;
  const dead = deadProcess();
  writeFileSync(
    join(
      dirname(house.paths.queue),
      `.WORK-QUEUE.md.${dead.pid}-${dead.start}-0123456789ab.robed-swap`,
    ),
    save,
  );
  await house.work();
  expect(house.status('T-2')).toBe('COMPLETE');
  expect(
    readdirSync(dirname(house.paths.queue)).filter((file) => file.includes('.robed-')),
  ).toEqual([]);
});

test('what another process took away meanwhile is no error', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const gone = join(house.paths.work, 'T-9.active');
  expect(quarantine(house.context, gone, 'a trigger of no run that is known')).toBe(false);
  expect(house.told('report.quarantined')).toEqual([]);
});
