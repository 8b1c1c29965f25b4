import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { adoptQueue } from '../../lib/operations/adopt.ts';
import { changeTask } from '../../lib/operations/change-task.ts';
import { restoreVersion } from '../../lib/operations/past-versions.ts';
import { settleConflicts } from '../../lib/operations/settle-conflicts.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

const approve = (house: Bench, id = 'T-1') =>
  changeTask(house.context, id, { type: 'approve', by: 'ada' }, { dryRun: false });
const reject = (house: Bench, id = 'T-1') =>
  changeTask(
    house.context,
    id,
    { type: 'reject', by: 'ada', reason: 'not like this' },
    { dryRun: false },
  );
const ran = (house: Bench, file = 'ran') => existsSync(join(house.paths.workspace, file));

describe('Approval: required', () => {
  const waiting = async () => {
    const house = await bench(task('T-1', 'echo x >>ran; echo done', ['Approval: required']));
    await house.work();
    expect([house.status('T-1'), ran(house)]).toEqual(['REVIEW', false]);
    return house;
  };

  test('waits before the run; approve lets it run, and the events say who', async () => {
    const house = await waiting();
    await approve(house);
    await house.work();
    expect([house.status('T-1'), ran(house)]).toEqual(['COMPLETE', true]);
    expect(house.told('task.approved')[0]?.data).toMatchObject({ by: 'ada', phase: 'before' });
  });

  test('asks again where the text was changed after the approval', async () => {
    const house = await waiting();
    await approve(house);
    house.edit('echo done', 'echo something else; touch evil');
    await house.work();
    expect([house.status('T-1'), ran(house, 'evil')]).toEqual(['REVIEW', false]);
    await approve(house);
    await house.work();
    expect(ran(house, 'evil')).toBe(true);
  });

  test('approves what stands there: an edit while it waits is what is approved', async () => {
    const house = await waiting();
    house.edit('echo done', 'touch second; echo done');
    await approve(house);
    await house.work();
    expect(ran(house, 'second')).toBe(true);
  });

  test('reject fails it, with the reason', async () => {
    const house = await waiting();
    await reject(house);
    await house.work();
    expect([house.status('T-1'), ran(house)]).toEqual(['FAILED', false]);
    expect(house.record('T-1').reason).toBe('not like this');
  });

  test('a status typed back to PENDING is no approval', async () => {
    const house = await waiting();
    house.edit('REVIEW', 'PENDING');
    await house.work();
    expect([house.status('T-1'), ran(house)]).toEqual(['REVIEW', false]);
  });
});

describe('Approval: after', () => {
  const waiting = async () => {
    const house = await bench(
      task('T-1', 'echo made', ['Approval: after']) + task('T-2', 'echo 2', ['Depends on: T-1']),
    );
    await house.work();
    expect([house.status('T-1'), house.status('T-2')]).toEqual(['REVIEW', 'PENDING']);
    expect(house.report('T-1')).toContain('status: REVIEW');
    return house;
  };

  test('the result waits; approve completes it once, and the report says so', async () => {
    const house = await waiting();
    await approve(house);
    expect(house.report('T-1')).toContain('status: COMPLETE');
    expect(house.report('T-1')).toContain('made');
    await house.work();
    expect([house.status('T-1'), house.status('T-2')]).toEqual(['COMPLETE', 'COMPLETE']);
    expect(house.events('T-1').filter((type) => type === 'task.completed')).toHaveLength(1);
    expect(house.told('task.assigned')).toHaveLength(2);
  });

  test('reject fails it without another attempt, and the report says why', async () => {
    const house = await waiting();
    await reject(house);
    await house.work();
    expect([house.status('T-1'), house.status('T-2')]).toEqual(['FAILED', 'PENDING']);
    expect(house.report('T-1')).toContain('not like this');
  });
});

test('a person’s commands refuse inside a run', async () => {
  const house = await bench(task('T-1', 'echo x', ['Approval: required']), {
    environment: { ROBED_RUN: 'r1', PATH: process.env['PATH'] },
  });
  await house.work();
  await expect(approve(house)).rejects.toThrow("a person's to say");
  await expect(reject(house)).rejects.toThrow("a person's to say");
  for (const type of ['retry', 'cancel'] as const) {
    await expect(changeTask(house.context, 'T-1', { type }, { dryRun: false })).rejects.toThrow(
      "a person's to say",
    );
  }
  expect(() => settleConflicts(house.context, null, { dryRun: false })).toThrow(
    "a person's to say",
  );
  await expect(restoreVersion(house.context, 1, { dryRun: false })).rejects.toThrow(
    "a person's to say",
  );
  await expect(adoptQueue(house.context, { apply: true })).rejects.toThrow("a person's to say");
  expect(house.status('T-1')).toBe('REVIEW');
});
