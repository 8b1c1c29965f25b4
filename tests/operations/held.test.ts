import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

const approve = (house: Bench, id: string) =>
  changeTask(house.context, id, { type: 'approve', by: 'ada' }, { dryRun: false });
const ran = (house: Bench, file: string) => existsSync(join(house.paths.workspace, file));

describe('what came into the queue while an agent was at work', () => {
  const atWork = async () => {
    const house = await bench(
      `${outside('T-1')}${task('T-2', 'touch old; echo 2', ['Depends on: T-1'])}`,
    );
    await house.dispatch();
    return house;
  };
  const finish = async (house: Bench) => {
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
    await house.work();
  };

  test('waits for approval where it is new', async () => {
    const house = await atWork();
    house.save(`${house.queue()}\n${task('T-3', 'touch evil; echo 3')}`);
    await finish(house);
    expect([house.status('T-2'), house.status('T-3'), ran(house, 'evil')]).toEqual([
      'COMPLETE',
      'REVIEW',
      false,
    ]);
    await approve(house, 'T-3');
    await house.work();
    expect(ran(house, 'evil')).toBe(true);
  });

  test('waits for approval where a task was changed', async () => {
    const house = await atWork();
    house.edit('touch old', 'touch evil');
    await finish(house);
    expect([house.status('T-2'), ran(house, 'evil')]).toEqual(['REVIEW', false]);
  });

  test('waits also where it is read only after the agent’s end', async () => {
    const house = await atWork();
    house.edit('touch old', 'touch evil');
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
    await house.work();
    expect([house.status('T-1'), house.status('T-2'), ran(house, 'evil')]).toEqual([
      'COMPLETE',
      'REVIEW',
      false,
    ]);
  });

  test('waits where the agent took out what asks for approval', async () => {
    const house = await bench(
      `${outside('T-1')}${outside('T-2', ['Depends on: T-1', 'Approval: required'])}`,
    );
    await house.dispatch();
    house.edit('- **Approval:** required\n', '');
    house.edit('- **Body:** external\n- **Depends', '- **Depends');
    await finish(house);
    expect(house.status('T-2')).not.toBe('IN_PROGRESS');
    expect(house.record('T-2').held).toBe(true);
  });

  test('waits also where the history was taken away with it', async () => {
    const house = await bench(
      `${outside('T-1')}${outside('T-2', ['Depends on: T-1', 'Approval: required'])}`,
    );
    await house.dispatch();
    const { history } = house.paths;
    for (const file of readdirSync(history)) {
      if (file.endsWith('.md')) rmSync(join(history, file));
    }
    house.edit('- **Approval:** required\n', '');
    house.edit('- **Body:** external\n- **Depends', '- **Depends');
    await finish(house);
    expect(house.status('T-1')).toBe('COMPLETE');
    expect(house.record('T-2').held).toBe(true);
  });

  test('waits where the agent put its words in by way of a second entry of the same id', async () => {
    const house = await atWork();
    const evil = task('T-2', 'touch evil; echo 2', ['Depends on: T-1']);
    const original = task('T-2', 'touch old; echo 2', ['Depends on: T-1']);
    house.save(`${house.queue()}\n${evil}`);
    await house.monitor();
    house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
    await house.monitor();
    house.edit(original, '');
    await house.work();
    expect([house.status('T-2'), ran(house, 'evil')]).toEqual(['REVIEW', false]);
  });

  test('is held also where the agent deletes a task and puts it back with other words', async () => {
    const house = await atWork();
    const whole = house.queue();
    house.save(outside('T-1').replace('PENDING', 'IN_PROGRESS'));
    await house.monitor();
    house.advance(3000);
    await house.monitor();
    house.save(whole.replace('touch old', 'touch evil'));
    await finish(house);
    expect([house.status('T-2'), ran(house, 'evil')]).toEqual(['REVIEW', false]);
  });
});

test('an entry that came from elsewhere gives no shell and no Verify', async () => {
  const house = await bench(
    task('T-1', 'touch evil', ['From: telegram @somebody', 'Verify: `touch evil2`']),
  );
  await house.work();
  expect(house.status('T-1')).toBe('BLOCKED');
  writeFileSync(
    house.paths.settings,
    'queue: {adopted: true}\nbodies: {allow: [shell, external], default: external}\n',
  );
  await house.reopen();
  house.edit('BLOCKED', 'PENDING');
  await house.dispatch();
  expect(house.trigger('T-1')).not.toContain('- touch evil2');
  house.leaveReport('T-1', reportOf(house.run('T-1'), 'COMPLETE'));
  await house.work();
  expect(house.status('T-1')).toBe('COMPLETE');
  expect([ran(house, 'evil'), ran(house, 'evil2')]).toEqual([false, false]);
});
