import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { quarantine } from '../../lib/operations/settle-run.ts';
import { self } from '../../lib/platform/identity.ts';
import { hashOf } from '../../lib/platform/snapshot.ts';
import { type Bench, bench } from '../support/bench.ts';
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

/** What a write displaced, whose process died before it looked at it: the queue as it is, with `late` below. */
function displace(house: Bench, late: string): void {
  const dead = deadProcess();
  const displaced = hashOf(Buffer.from(house.queue())).slice(0, 12);
  const name = `.WORK-QUEUE.md.${dead.pid}-${dead.start}-0123456789ab${displaced}.robed-swap`;
  writeFileSync(join(dirname(house.paths.queue), name), `${house.queue()}\n${late}`);
}

test.each([0, 3_600_000])(
  'a save that a process died over becomes the queue again, clock ahead by %d ms',
  async (ahead) => {
    const house = await bench(task('T-1', 'echo 1'));
    house.advance(ahead);
    await house.work();
    displace(house, task('T-2', 'echo 2'));
    await house.work();
    expect(house.status('T-2')).toBe('COMPLETE');
    expect(
      readdirSync(dirname(house.paths.queue)).filter((file) => file.includes('.robed-')),
    ).toEqual([]);
  },
);

test('a save that a process died over is kept beside one that came after it', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  displace(house, 'written late\n');
  house.save(`${house.queue()}\n${task('T-2', 'echo 2')}`);
  await house.work();
  expect(house.status('T-2')).toBe('COMPLETE');
  expect(house.queue()).not.toContain('written late');
  const { history } = house.paths;
  const kept = readdirSync(history).filter((file) => file.endsWith('.md'));
  const texts = kept.map((file) => readFileSync(join(history, file), 'utf8'));
  expect(texts.filter((text) => text.includes('written late'))).toHaveLength(1);
});

test('what another process took away meanwhile is no error', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const gone = join(house.paths.work, 'T-9.active');
  expect(quarantine(house.context, gone, 'a trigger of no run that is known')).toBe(false);
  expect(house.told('report.quarantined')).toEqual([]);
});
