import { describe, expect, test } from 'vitest';
import { explainTask } from '../../lib/operations/explain.ts';
import { findingsOf } from '../../lib/operations/house-view.ts';
import { readQueue, requireReading } from '../../lib/operations/read-queue.ts';
import { type Bench, bench, outside } from '../support/bench.ts';
import { task } from '../support/household.ts';

const findings = (house: Bench) =>
  findingsOf(house.context, requireReading(house.context, readQueue(house.context, null))).map(
    (finding) => finding.code,
  );

const second = (id: string, script: string, fields: string[] = []) =>
  task(id, script, fields).replace('Task', 'Another');

test('an id that stands twice is shown and never dispatched, and costs no other its turn', async () => {
  const house = await bench(
    task('T-1', 'touch first') + second('T-1', 'touch second') + task('T-2', 'echo 2'),
  );
  await house.work();
  expect(house.told('task.assigned').map((event) => event.task)).toEqual(['T-2']);
  expect(findings(house)).toContain('duplicate-id');
  const explained = await explainTask(house.context, `T-1@${1}`);
  expect(explained.waiting[0]?.code).toBe('duplicate-id');
});

describe('where the duplicate is resolved,', () => {
  test('each of two that never ran has its turn', async () => {
    const house = await bench(task('T-1', 'echo 1') + second('T-1', 'echo 3'));
    await house.work();
    house.edit('### T-1: Another', '### T-3: Another');
    await house.work();
    expect(house.told('task.assigned').map((event) => event.task)).toEqual(['T-1', 'T-3']);
  });

  test('finished work is not run again by its copy', async () => {
    const house = await bench(task('T-1', 'echo 1'));
    await house.work();
    const done = house.queue();
    house.save(`${done}\n${second('T-1', 'echo again')}`);
    await house.work();
    expect(house.told('task.assigned')).toHaveLength(1);
    house.save(done);
    await house.work();
    expect(house.told('task.assigned')).toHaveLength(1);
    expect(house.status('T-1')).toBe('COMPLETE');
  });

  test('a copy that is made a task of its own is one', async () => {
    const house = await bench(task('T-1', 'echo 1'));
    await house.work();
    house.save(`${house.queue()}\n${second('T-1', 'echo again')}`);
    await house.work();
    house.edit('### T-1: Another', '### T-2: Another');
    await house.work();
    expect(house.told('task.assigned').map((event) => event.task)).toEqual(['T-1', 'T-2']);
  });

  test('the entry that is left of a finished task and a pending copy does not run unasked', async () => {
    const house = await bench(task('T-1', 'echo 1'));
    await house.work();
    house.save(`${house.queue()}\n${second('T-1', 'echo again')}`);
    await house.work();
    house.save(second('T-1', 'echo again'));
    await house.work();
    expect(house.told('task.assigned')).toHaveLength(1);
  });
});

test('an id copied while its task runs changes nothing about the run', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  house.save(`${house.queue()}\n${second('T-1', 'touch evil')}`);
  await house.work();
  expect(house.run('T-1').state).toBe('running');
  expect(house.runs()).toHaveLength(1);
});
