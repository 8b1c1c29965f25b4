import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { listVersions, readVersion } from '../../lib/operations/past-versions.ts';
import { settleConflicts } from '../../lib/operations/settle-conflicts.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const codes = (house: Bench) => viewHouse(house.context).needsYou.map((need) => need.code);
const runsOf = (house: Bench) => house.told('task.assigned').map((event) => event.task);

const QUEUE = `# Mine\n\n${['T-1', 'T-2', 'T-3'].map((id) => task(id, `echo ${id}`)).join('\n')}`;

async function worked(): Promise<Bench> {
  const house = await bench(QUEUE);
  await house.work();
  expect(runsOf(house)).toEqual(['T-1', 'T-2', 'T-3']);
  return house;
}

describe('an old copy saved over finished work', () => {
  test('exactly as it was, re-runs nothing and is put right', async () => {
    const house = await worked();
    house.save(QUEUE);
    await house.work();
    expect(house.queue()).toBe(QUEUE.replaceAll('PENDING', 'COMPLETE'));
    expect(runsOf(house)).toHaveLength(3);
    expect(codes(house)).toEqual(['stale-save']);
  });

  test('with a task added, re-runs nothing, and runs what was added', async () => {
    const house = await worked();
    house.save(`${QUEUE}\n${task('T-4', 'echo T-4')}`);
    await house.work();
    expect(house.queue()).toBe(
      `${QUEUE}\n${task('T-4', 'echo T-4')}`.replaceAll('PENDING', 'COMPLETE'),
    );
    expect(runsOf(house)).toEqual(['T-1', 'T-2', 'T-3', 'T-4']);
  });

  test('with words changed, keeps the words and re-runs nothing', async () => {
    const house = await worked();
    const saved = QUEUE.replace('# Mine', '# Ours').replace('Task T-2', 'The second');
    house.save(saved);
    await house.work();
    expect(house.queue()).toBe(saved.replaceAll('PENDING', 'COMPLETE'));
    expect(runsOf(house)).toHaveLength(3);
  });

  test('again and again, is one conflict, told once', async () => {
    const house = await worked();
    for (let save = 0; save < 3; save++) {
      house.save(QUEUE);
      await house.work();
    }
    expect(codes(house)).toEqual(['stale-save']);
    expect(house.events().filter((type) => type === 'queue.conflict')).toHaveLength(1);
    expect(runsOf(house)).toHaveLength(3);
  });

  test('stays a finding until it is settled', async () => {
    const house = await worked();
    house.save(QUEUE);
    await house.work();
    house.save(`${house.queue()}\nMore words.\n`);
    await house.work();
    await house.reopen();
    expect(codes(house)).toEqual(['stale-save']);
    expect(settleConflicts(house.context, null, { dryRun: true })).toHaveLength(1);
    expect(codes(house)).toEqual(['stale-save']);
    expect(settleConflicts(house.context, null, { dryRun: false })).toHaveLength(1);
    expect(codes(house)).toEqual([]);
    expect(house.events()).toContain('queue.settled');
    await house.work();
    expect(runsOf(house)).toHaveLength(3);
  });

  test('is kept itself, whole', async () => {
    const house = await worked();
    const saved = `${QUEUE}\nWords that I would miss.\n`;
    house.save(saved);
    await house.work();
    const kept = listVersions(house.context).map((version) =>
      readVersion(house.context, version.seq),
    );
    expect(kept).toContain(saved);
  });
});

test('an old copy does not bring back what another save took away meanwhile, nor lose what came', async () => {
  const house = await worked();
  const added = `${house.queue()}\n${task('T-4', 'echo T-4')}`;
  house.save(added);
  await house.work();
  house.save(QUEUE);
  await house.work();
  house.advance(5000);
  await house.work();
  expect(house.queue()).toContain('### T-4:');
  expect(house.status('T-4')).toBe('COMPLETE');
  expect(house.events()).not.toContain('task.deleted');
  expect(runsOf(house)).toHaveLength(4);
});

test('an old copy saved while a task runs does not stop it', async () => {
  const queue = `${task('T-1', 'echo 1')}\n${outside('T-2')}`;
  const house = await bench(queue);
  await house.work();
  house.save(queue);
  await house.work();
  expect(house.run('T-2').state).toBe('running');
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['COMPLETE', 'IN_PROGRESS']);
  house.leaveReport('T-2', reportOf(house.run('T-2'), 'COMPLETE'));
  await house.work();
  expect(house.queue()).toBe(queue.replaceAll('PENDING', 'COMPLETE'));
});

test('a copy from before a failure, saved with a finished task in it, re-runs neither', async () => {
  const queue = `${task('T-1', 'exit 1', ['Attempts: 1'])}\n${task('T-2', 'echo 2')}`;
  const house = await bench(queue);
  await house.work();
  house.save(queue);
  await house.work();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['FAILED', 'COMPLETE']);
  expect(runsOf(house)).toHaveLength(2);
});

test('a copy from before a failure whose words were changed since is old, whatever it says', async () => {
  const queue = task('T-1', 'exit 1', ['Attempts: 1']);
  const house = await bench(queue);
  await house.work();
  house.edit('Task T-1', 'Task one');
  await house.work();
  house.save(queue);
  await house.work();
  expect(house.status('T-1')).toBe('FAILED');
  expect(runsOf(house)).toHaveLength(1);
  expect(codes(house)).toContain('stale-save');
});

test('a copy of a queue with other line ends is still an old copy', async () => {
  const house = await worked();
  house.save(QUEUE.replaceAll('\n', '\r\n'));
  await house.work();
  expect(runsOf(house)).toHaveLength(3);
  expect(house.queue()).toBe(QUEUE.replaceAll('\n', '\r\n').replaceAll('PENDING', 'COMPLETE'));
});

test('a status of long ago on a task that runs now is an old copy: the run goes on', async () => {
  const house = await bench(outside('T-1', ['Not before: 2030-01-01']));
  await house.work();
  for (const status of ['DEFERRED', 'PENDING']) {
    house.edit(house.status('T-1') as string, status);
    await house.work();
  }
  house.advance(Date.UTC(2031, 0, 1) - Date.now());
  await house.dispatch();
  house.edit('IN_PROGRESS', 'DEFERRED');
  await house.work();
  expect([house.run('T-1').state, house.status('T-1')]).toEqual(['running', 'IN_PROGRESS']);
  expect(codes(house)).toContain('stale-save');
});

test('an entry that an old copy dropped, and that the history has no more, holds up nothing else', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  const old = house.queue();
  await house.work();
  house.save(house.queue() + task('T-2', 'echo 2'));
  await house.work();
  const { history } = house.paths;
  for (const file of readdirSync(history)) {
    if (file.endsWith('.md')) rmSync(join(history, file));
  }
  house.save(old);
  await house.work();
  expect(codes(house)).toContain('not-kept');
  house.save(house.queue() + task('T-3', 'echo 3'));
  await house.work();
  expect(house.status('T-3')).toBe('COMPLETE');
});

test('an old copy of a queue that is not adopted stays as it was saved', async () => {
  const old = task('T-1', 'echo 1');
  const house = await bench(old, { settings: 'queue: {adopted: false}\n' });
  await house.work();
  house.save(old.replace('PENDING', 'COMPLETE') + task('T-2', 'echo 2'));
  await house.work();
  house.save(old);
  await house.work();
  expect(codes(house)).toContain('stale-save');
  expect(house.queue()).toBe(old);
});
