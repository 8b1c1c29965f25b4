import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const ran = (house: Bench) => existsSync(join(house.paths.workspace, 'ran'));
const codes = (house: Bench) => viewHouse(house.context).needsYou.map((need) => need.code);

test('an entry with an unclosed fence is not dispatched until it is closed', async () => {
  const whole = `${task('T-1', 'echo 1')}\n${task('T-2', 'touch ran')}`;
  const house = await bench(whole.trimEnd().slice(0, -3));
  await house.work();
  expect([house.status('T-1'), ran(house)]).toEqual(['COMPLETE', false]);
  house.save(`${house.queue()}\`\`\`\n`);
  await house.work();
  expect(ran(house)).toBe(true);
});

const DAMAGES: Record<string, (text: string) => Buffer> = {
  'conflict markers': (text) => Buffer.from(`<<<<<<< ours\n${text}=======\n>>>>>>> theirs\n`),
  NULs: (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(64)]),
  'invalid UTF-8': (text) =>
    Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0xc3, 0x28])]),
  'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
};

describe('a queue with', () => {
  for (const [damage, make] of Object.entries(DAMAGES)) {
    test(`${damage} is left alone: nothing runs, nothing is written, nothing counts as deleted`, async () => {
      const house = await bench(outside('T-1'));
      await house.dispatch();
      const run = house.run('T-1');
      const bytes = make(`${house.queue()}\n${task('T-2', 'touch ran')}`);
      writeFileSync(house.paths.queue, bytes);
      house.leaveReport('T-1', reportOf(run, 'COMPLETE'));
      for (let tick = 0; tick < 3; tick++) {
        expect((await house.dispatch()).queue).toBe('unreadable');
        house.advance(5000);
      }
      expect(readFileSync(house.paths.queue).equals(bytes)).toBe(true);
      expect(ran(house)).toBe(false);
      expect(house.events().filter((type) => type === 'queue.unreadable')).toHaveLength(1);
      expect(codes(house)).toContain('queue-unreadable');
      // Work that was done meanwhile is recorded all the same, and written once the file is whole.
      expect(house.report('T-1')).toContain('status: COMPLETE');
      house.save(outside('T-1').replace('PENDING', 'IN_PROGRESS'));
      await house.work();
      expect(house.status('T-1')).toBe('COMPLETE');
      expect(house.events()).not.toContain('task.deleted');
    });
  }
});

test('half a save is not read while it is being written', async () => {
  const tasks = [
    task('T-1', 'echo 1', ['Not before: 2100-01-01']),
    task('T-2', 'echo 2', ['Not before: 2100-01-01']),
  ];
  const house = await bench(tasks.join('\n'));
  await house.work();
  const file = openSync(house.paths.queue, 'w');
  writeSync(file, tasks[0] ?? '');
  expect((await house.dispatch()).queue).toBe('unsettled');
  expect(house.record('T-2').missingSince).toBeNull();
  writeSync(file, `\n${tasks[1]}`);
  closeSync(file);
  await house.work();
  house.advance(5000);
  await house.work();
  expect(house.events()).not.toContain('task.deleted');
});

test('a missing queue deletes nothing and is not made anew', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const text = house.queue();
  unlinkSync(house.paths.queue);
  for (let tick = 0; tick < 3; tick++) {
    expect((await house.dispatch()).queue).toBe('missing');
    house.advance(5000);
    await house.reopen();
  }
  expect(existsSync(house.paths.queue)).toBe(false);
  expect(codes(house)).toEqual(['queue-missing']);
  house.save(text);
  await house.work();
  expect(house.events()).not.toContain('task.deleted');
  expect(house.told('task.assigned')).toHaveLength(1);
});

test('a run whose queue is missing at its end is recorded, and written once it is back', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  const text = house.queue();
  unlinkSync(house.paths.queue);
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
  await house.monitor();
  expect(house.record('T-1').status).toBe('COMPLETE');
  house.save(text);
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('an empty queue is a queue of nothing', async () => {
  const house = await bench('');
  expect(await house.dispatch()).toMatchObject({ queue: 'read', claimed: [] });
  house.save(task('T-1', 'echo 1'));
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
});
