import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { viewHouse } from '../../lib/operations/house-view.ts';
import { recoverLive } from '../../lib/operations/recover.ts';
import { self } from '../../lib/platform/identity.ts';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { readRun, setHolder, takeRun } from '../../lib/records/run-store.ts';
import { type Bench, bench } from '../support/bench.ts';
import { deadProcess } from '../support/house.ts';
import { task } from '../support/household.ts';

/** A house whose one task is claimed, and held by this process until `die`. */
async function held(): Promise<Bench> {
  const house = await bench(task('T-1', 'echo 1'), { launch: async () => self() });
  await house.dispatch();
  return house;
}

/** Give the live run to a dead holder. */
function die(house: Bench, state: 'claimed' | 'running'): string {
  const { run } = house.run('T-1');
  const now = house.context.clock.now();
  takeRun(house.context.db, run, {
    state,
    holder: deadProcess(),
    startedAt: now,
    leaseUntil: now + 60_000,
  });
  return run;
}

describe('a run whose runner is dead', () => {
  for (const state of ['claimed', 'running'] as const) {
    test(`is taken back at once where it was ${state}; it costs no attempt and no wait`, async () => {
      const house = await held();
      const run = die(house, state);
      await house.monitor();
      expect(readRun(house.context.db, run)?.result?.outcome).toBe('lost');
      expect(house.record('T-1')).toMatchObject({
        status: 'PENDING',
        attempts: 0,
        losses: 1,
        notBefore: null,
      });
      expect(house.status('T-1')).toBe('PENDING');
      expect(existsSync(triggerPath(house.paths, 'T-1'))).toBe(false);
      expect(existsSync(reportPath(house.paths, 'T-1'))).toBe(false);
      await house.dispatch();
      expect(house.run('T-1').attempt).toBe(1);
    });
  }

  test('is first freed of what its body left running, found by its run', async () => {
    const house = await held();
    const { run } = house.run('T-1');
    const left = spawn('sleep', ['600'], {
      detached: true,
      stdio: 'ignore',
      env: { ROBED_RUN: run },
    });
    onTestFinished(() => void left.kill('SIGKILL'));
    die(house, 'running');
    await house.monitor();
    expect(processesOfRun(run)).toEqual([]);
    expect(house.status('T-1')).toBe('PENDING');
  });

  test('ten times in a row parks the task as poison', async () => {
    const house = await held();
    for (let loss = 1; loss <= 10; loss++) {
      if (loss > 1) await house.dispatch();
      die(house, 'claimed');
      await house.monitor();
    }
    expect(house.record('T-1')).toMatchObject({ status: 'FAILED', attempts: 0, losses: 10 });
    expect(house.status('T-1')).toBe('FAILED');
    expect(house.told('task.lost')).toHaveLength(10);
    await house.dispatch();
    expect(house.runs()).toEqual([]);
  });

  test('is stopped where a person wanted that, and not tried again', async () => {
    const house = await held();
    die(house, 'running');
    house.edit('IN_PROGRESS', 'CANCELLED');
    await house.work();
    expect(house.status('T-1')).toBe('CANCELLED');
    expect(house.runs()).toEqual([]);
    expect(house.told('task.assigned')).toHaveLength(1);
  });

  test('from before a boot is dead, whoever has its pid now', async () => {
    const house = await held();
    const { run } = house.run('T-1');
    const now = house.context.clock.now();
    takeRun(house.context.db, run, {
      state: 'running',
      holder: { ...self(), boot: 'another' },
      startedAt: now,
      leaseUntil: now + 60_000,
    });
    await house.monitor();
    expect(house.status('T-1')).toBe('PENDING');
  });
});

test('a living runner whose lease is over is shown as suspect, and its run is neither taken nor doubled', async () => {
  const house = await bench(task('T-1', 'echo 1') + task('T-2', 'echo 2'), {
    launch: async () => self(),
  });
  await house.dispatch();
  const { run } = house.run('T-1');
  house.advance(3_600_000);
  for (let tick = 0; tick < 3; tick++) await house.dispatch();
  expect(house.runs().map((one) => one.run)).toEqual([run]);
  expect(viewHouse(house.context).needsYou).toMatchObject([{ code: 'suspect', task: 'T-1' }]);
});

describe('a run that ended and was not settled', () => {
  const ended = async () => {
    const house = await held();
    const run = house.run('T-1');
    recordEnd(house.context, run, {
      ...emptyResult('completed', ''),
      text: 'the words of the result',
      exit: 0,
    });
    return house;
  };

  for (const loss of ['nothing', 'the trigger'] as const) {
    test(`gets its report, its trigger removed and its status written, with ${loss} gone before`, async () => {
      const house = await ended();
      if (loss === 'the trigger') rmSync(triggerPath(house.paths, 'T-1'));
      await house.reopen();
      await house.monitor();
      expect(house.report('T-1')).toContain('the words of the result');
      expect(existsSync(triggerPath(house.paths, 'T-1'))).toBe(false);
      expect(house.status('T-1')).toBe('COMPLETE');
      expect(house.runs()).toEqual([]);
      expect(house.events('T-1').filter((type) => type === 'task.completed')).toHaveLength(1);
    });
  }
});

test('a claim that died before its trigger is taken back and made anew', async () => {
  const house = await held();
  rmSync(triggerPath(house.paths, 'T-1'));
  const lost = die(house, 'claimed');
  await house.dispatch();
  const { run } = house.run('T-1');
  expect(run).not.toBe(lost);
  expect(house.trigger('T-1')).toContain(`run: ${run}`);
});

test('a claim that was given to its runner after a tick had looked at it is not taken back', async () => {
  const house = await held();
  const claimer = deadProcess();
  const { db } = house.context;
  const seen = { ...house.run('T-1'), holder: claimer };
  setHolder(db, seen.run, self());
  expect(await recoverLive(house.context, seen, () => {})).toBe(false);
  expect(house.run('T-1')).toMatchObject({ run: seen.run, state: 'claimed', holder: self() });
});
