import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { listVersions, readVersion, restoreVersion } from '../../lib/operations/past-versions.ts';
import { keepSuperseded } from '../../lib/operations/write-queue.ts';
import { appendVersion, fileOfSave, keepSave } from '../../lib/queue/history-store.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const DAY = 86_400_000;
const texts = (house: Bench) =>
  listVersions(house.context).map((version) => readVersion(house.context, version.seq));

test('every version is listed, newest first, and reads as it was, byte for byte', async () => {
  const queue = `\ufeff# Mine ☃\r\n\r\n${task('T-1', 'echo 1')}`;
  const house = await bench(queue);
  await house.work();
  house.save(`${house.queue()}\nmore\n`);
  await house.work();
  expect(texts(house)).toEqual([
    `${queue.replace('PENDING', 'COMPLETE')}\nmore\n`,
    queue.replace('PENDING', 'COMPLETE'),
    queue.replace('PENDING', 'IN_PROGRESS'),
    queue,
  ]);
  const [newest, , , first] = listVersions(house.context);
  expect(newest).toMatchObject({ by: 'person', current: true });
  expect(first).toMatchObject({ by: 'person', current: false, changed: ['T-1'] });
});

test('restore brings the text back and re-runs nothing; what it replaced is kept', async () => {
  const queue = `# Old words\n\n${task('T-1', 'echo 1')}\n${task('T-2', 'echo 2')}`;
  const house = await bench(queue);
  await house.work();
  const replaced = house.queue().replace('# Old words', '# New words');
  house.save(replaced);
  await house.work();
  await restoreVersion(house.context, 1, { dryRun: false });
  await house.work();
  expect(house.queue()).toBe(queue.replaceAll('PENDING', 'COMPLETE'));
  expect(house.told('task.assigned')).toHaveLength(2);
  expect(house.events()).toContain('queue.restored');
  expect(texts(house)).toContain(replaced);
});

test('restore brings a deleted task back, as it stood', async () => {
  const house = await bench(`${task('T-1', 'echo 1')}\n${task('T-2', 'echo 2')}`);
  await house.work();
  const whole = house.queue();
  const { seq } = listVersions(house.context)[0] as { seq: number };
  house.save('');
  await house.work();
  house.advance(5000);
  await house.work();
  await restoreVersion(house.context, seq, { dryRun: false });
  await house.work();
  expect(house.queue()).toBe(whole);
  expect(house.told('task.assigned')).toHaveLength(2);
});

test('a dry run of restore changes nothing, and a version that is not kept is an error', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const before = house.queue();
  expect(await restoreVersion(house.context, 1, { dryRun: true })).toMatchObject({ before });
  expect(house.queue()).toBe(before);
  await expect(restoreVersion(house.context, 99, { dryRun: false })).rejects.toThrow('version 99');
});

/** So many days, after which nothing is dropped before another one has shown that they passed. */
async function passes(house: Bench, days: number): Promise<void> {
  for (const more of [days, 1]) {
    house.advance(more * DAY);
    await house.work();
  }
}

test('versions older than thirty days go, those since stay, and the queue goes on', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  house.advance(10 * DAY);
  house.save(`${house.queue()}\nten days later\n`);
  await house.work();
  await passes(house, 25);
  expect(texts(house).map((text) => text.includes('ten days later'))).toEqual([true]);
  expect(readdirSync(house.paths.history)).toHaveLength(2);
  house.save(`${house.queue()}\n${task('T-2', 'echo 2')}`);
  await house.work();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['COMPLETE', 'COMPLETE']);
  expect(texts(house)).toHaveLength(4);
});

test('a queue that stood still for months keeps its newest version, and what that one is made from', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  await passes(house, 100);
  expect(texts(house)[0]).toBe(house.queue());
  house.edit('Task T-1', 'Another title');
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(texts(house)[0]).toBe(house.queue());
});

test('a save that never became the queue does not let its neighbours’ whole save be pruned', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  house.advance(20 * DAY);
  const { history } = house.paths;
  const seq = (listVersions(house.context)[0]?.seq ?? 0) + 1;
  const file = fileOfSave(seq, 'f00');
  keepSave(history, file, 'a save that was overtaken');
  const time = house.context.clock.now();
  appendVersion(history, { seq, time, hash: 'f00', by: 'person', file, changes: {} });
  await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
  await passes(house, 20);
  expect(texts(house)[0]).toBe(house.queue());
  expect(texts(house)).toContain('a save that was overtaken');
});

test('a save that was kept aside does not let what the queue stands at be pruned', async () => {
  for (const [before, after] of [
    [20, 20],
    [2, 100],
  ] as const) {
    const house = await bench(task('T-1', 'echo 1'));
    await house.work();
    house.advance(before * DAY);
    keepSuperseded(house.context, Buffer.from('a save that was overtaken'));
    await passes(house, after);
    const current = listVersions(house.context).find((version) => version.current);
    expect(readVersion(house.context, current?.seq ?? 0)).toBe(house.queue());
  }
});

test('where the clock was put back by days, every save that was kept has a number of its own', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  house.advance(3 * DAY);
  await house.work();
  house.advance(-3 * DAY);
  house.save(`${house.queue()}\nmore\n`);
  await house.work();
  for (const text of ['one save', 'another']) keepSuperseded(house.context, Buffer.from(text));
  house.save(`${house.queue()}\nyet more\n`);
  await house.work();
  expect(texts(house).slice(0, 3)).toEqual([house.queue(), 'another', 'one save']);
});
