import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { readTask } from '../../lib/records/task-store.ts';
import { ALIVE } from '../support/alive.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';
import { startWatcher } from '../support/watcher.ts';

const HEAD = '\ufeff# Queue  \r\n\r\nBytes of my own\twith a tab.   \r\n\r\n';
const TAIL = '\n<!-- and a last line without an end -->';

/** Runs until somebody ends it, and says that it began. */
const FOREVER = `echo begun; touch begun; while ${ALIVE} && test -e begun; do sleep 0.05; done`;

const has = (house: TestHouse, file: string) => existsSync(join(house.paths.workspace, file));

function runsOf(house: TestHouse) {
  const db = openHouseDatabase(house.paths.database);
  try {
    return readOpenRuns(db);
  } finally {
    db.close();
  }
}

function recordOf(house: TestHouse, id: string) {
  const db = openHouseDatabase(house.paths.database);
  try {
    return readTask(db, id);
  } finally {
    db.close();
  }
}

/** As editors save. */
const SAVES: Record<string, (path: string, text: string) => void> = {
  'a rename': (path, text) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  },
  'a write in place': (path, text) => writeFileSync(path, text),
  'a write in place, piece by piece': (path, text) => inPieces(path, text, 'w'),
  'the old file moved away, a new one written in pieces': (path, text) => {
    renameSync(path, `${path}~`);
    inPieces(path, text, 'wx');
    unlinkSync(`${path}~`);
  },
};

function inPieces(path: string, text: string, flags: string): void {
  const file = openSync(path, flags);
  for (let at = 0; at < text.length; at += 16) writeSync(file, text.slice(at, at + 16));
  closeSync(file);
}

describe('a task typed into the queue while it is watched', () => {
  for (const [how, save] of Object.entries(SAVES)) {
    test(`saved by ${how}, is done, and no other byte changes`, async () => {
      const house = testHouse(HEAD + task('T-1', 'echo one') + TAIL);
      const watcher = startWatcher(house.root);
      await watcher.says('T-1 complete');
      await until('T-1 is COMPLETE in the queue', () => house.status('T-1') === 'COMPLETE');
      const second = task('T-2', 'echo two');
      const typed = house.queue().replace(TAIL, `\n${second}${TAIL}`);
      save(house.paths.queue, typed);
      await until('T-2 is COMPLETE in the queue', () => house.status('T-2') === 'COMPLETE');
      expect(house.queue()).toBe(typed.replace(second, second.replace('PENDING', 'COMPLETE')));
      expect(existsSync(join(house.paths.work, 'T-2.active'))).toBe(false);
      expect(readFileSync(join(house.paths.completed, 'T-2.txt'), 'utf8')).toContain('two');
    });
  }
});

test('the watcher goes on by itself from one task to those that wait for it', async () => {
  const house = testHouse(
    task('T-1', 'test "$ROBED_ATTEMPT" -eq 2 && echo second') +
      task('T-2', 'echo after', ['Depends on: T-1']),
  );
  const watcher = startWatcher(house.root);
  await watcher.says('T-2 complete');
  expect(watcher.stdout()).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ezra T-1 claimed \(shell: .*\)$/m,
  );
  expect(watcher.stdout()).toContain('T-1 failed, to be tried again (1 of 3)');
});

test('with --json each event is a line as `log --json` has it', async () => {
  const house = testHouse(task('T-1', 'echo one'));
  const watcher = startWatcher(house.root, ['--until-idle', '--json']);
  expect(await watcher.ended).toBe(0);
  expect(watcher.stdout()).toBe(robed(['log', '--json', '--root', house.root]).stdout);
});

test('several houses are run at once, and each does its own', async () => {
  const ezra = testHouse(task('T-1', 'echo e | tee mine'));
  const timmy = testHouse(task('T-1', 'echo t | tee mine'), { name: 'timmy', root: ezra.root });
  const watcher = startWatcher(ezra.root, ['--until-idle']);
  expect(await watcher.ended, watcher.stderr()).toBe(0);
  expect(readFileSync(join(ezra.paths.workspace, 'mine'), 'utf8')).toBe('e\n');
  expect(readFileSync(join(timmy.paths.workspace, 'mine'), 'utf8')).toBe('t\n');
});

test('--wizard runs one house and leaves the others alone', async () => {
  const ezra = testHouse(task('T-1', 'echo e'));
  const timmy = testHouse(task('T-1', 'echo t'), { name: 'timmy', root: ezra.root });
  const watcher = startWatcher(ezra.root, ['--until-idle', '--wizard', 'timmy']);
  expect(await watcher.ended, watcher.stderr()).toBe(0);
  expect([ezra.status('T-1'), timmy.status('T-1')]).toEqual(['PENDING', 'COMPLETE']);
});

test('a house that is adopted while it is watched is dispatched from', async () => {
  const house = testHouse(task('T-1', 'echo one'), { settings: 'queue:\n  adopted: false\n' });
  const watcher = startWatcher(house.root);
  await watcher.says('T-1 is new');
  writeFileSync(house.paths.settings, 'queue:\n  adopted: true\n');
  await watcher.says('T-1 complete');
});

test('a second watcher of a house ends with 75 and names the first', async () => {
  const house = testHouse(task('T-1', 'echo one'));
  const first = startWatcher(house.root);
  await first.says('T-1 complete');
  const second = startWatcher(house.root);
  expect(await second.ended).toBe(75);
  expect(second.stderr()).toContain(`found process ${first.pid}, since 20`);
  first.process.kill('SIGKILL');
  await first.ended;
  const third = startWatcher(house.root, ['--until-idle']);
  expect(await third.ended, third.stderr()).toBe(0);
});

describe('a signal', () => {
  test('SIGTERM ends the watch with 0, and what runs goes on', async () => {
    const house = testHouse(
      task(
        'T-1',
        `touch begun; while ${ALIVE} && test -e begun && ! test -e go; do sleep 0.05; done; echo done`,
      ),
    );
    const watcher = startWatcher(house.root);
    await until('the run begins', () => has(house, 'begun'));
    watcher.process.kill('SIGTERM');
    expect(await watcher.ended).toBe(0);
    expect(watcher.stderr()).toMatch(/^goes on with its runner: T-1 \(process \d+\)\n$/);
    writeFileSync(join(house.paths.workspace, 'go'), '');
    await until('the runner finishes', () => house.status('T-1') === 'COMPLETE');
  });

  test('one Ctrl-C leaves what runs to its runner', async () => {
    const house = testHouse(
      task(
        'T-1',
        `touch begun; while ${ALIVE} && test -e begun && ! test -e go; do sleep 0.05; done; echo done`,
      ),
    );
    const watcher = startWatcher(house.root);
    await until('the run begins', () => has(house, 'begun'));
    watcher.process.kill('SIGINT');
    expect(await watcher.ended).toBe(130);
    expect(house.status('T-1')).toBe('IN_PROGRESS');
    writeFileSync(join(house.paths.workspace, 'go'), '');
    await until('the runner finishes', () => house.status('T-1') === 'COMPLETE');
  });

  test('a second one stops the work, and costs the task no attempt', async () => {
    const house = testHouse(task('T-1', FOREVER));
    const watcher = startWatcher(house.root);
    await until('the run begins', () => has(house, 'begun'));
    const [run] = runsOf(house);
    watcher.process.kill('SIGINT');
    await until('it says how to stop the work too', () =>
      watcher.stderr().includes('Ctrl-C again'),
    );
    // What comes within 300 ms of a press is no second one.
    await sleep(350);
    watcher.process.kill('SIGINT');
    expect(await watcher.ended).toBe(130);
    expect(watcher.stderr()).toContain('stopped, and waiting for its next turn: T-1');
    expect(processesOfRun(run?.run ?? '')).toEqual([]);
    expect(runsOf(house)).toEqual([]);
    expect(house.status('T-1')).toBe('PENDING');
    expect(recordOf(house, 'T-1')).toMatchObject({ status: 'PENDING', attempts: 0, losses: 1 });
    expect(existsSync(join(house.paths.work, 'T-1.active'))).toBe(false);
  });
});

describe('--until-idle', () => {
  const outcome = async (house: TestHouse) => {
    const watcher = startWatcher(house.root, ['--until-idle']);
    return { code: await watcher.ended, out: watcher.stdout(), said: watcher.stderr() };
  };

  test('ends once all is done, and waits for back-offs; what waits for a person it leaves', async () => {
    const house = testHouse(
      task('T-1', 'test "$ROBED_ATTEMPT" -eq 3 && echo third') +
        task('T-2', 'echo never', ['Approval: required']) +
        task('T-3', 'exit 1', ['Attempts: 1']) +
        task('T-4', 'echo never', ['Depends on: T-3']) +
        task('T-5', 'echo never', ['Not before: 2100-01-01']),
    );
    expect(await outcome(house)).toMatchObject({ code: 0, said: '' });
    const statuses = ['T-1', 'T-2', 'T-3', 'T-4', 'T-5'].map((id) => house.status(id));
    expect(statuses).toEqual(['COMPLETE', 'REVIEW', 'FAILED', 'PENDING', 'PENDING']);
  });

  test('fails on a queue that is missing', async () => {
    const house = testHouse(task('T-1', 'echo one'));
    expect((await outcome(house)).code).toBe(0);
    unlinkSync(house.paths.queue);
    const { code, said } = await outcome(house);
    expect(code).toBe(1);
    expect(said).toContain('ezra: the queue is missing');
  });

  test('fails on a queue that can’t be read, says why, and runs nothing', async () => {
    const house = testHouse(`<<<<<<< ours\n${task('T-1', 'touch ran')}=======\n>>>>>>> theirs\n`);
    const { code, said } = await outcome(house);
    expect(code).toBe(1);
    expect(said).toContain("ezra: the queue can't be read");
    expect(has(house, 'ran')).toBe(false);
  });

  test('does not end in the middle of a save', async () => {
    const whole = task('T-1', 'echo one');
    const house = testHouse('');
    const file = openSync(house.paths.queue, 'w');
    writeSync(file, whole.slice(0, 40));
    const watcher = startWatcher(house.root, ['--until-idle']);
    await until('it watches', () => existsSync(`${house.paths.watcherLock}.holder`));
    writeSync(file, whole.slice(40));
    closeSync(file);
    expect(await watcher.ended).toBe(0);
    expect(house.status('T-1')).toBe('COMPLETE');
  });
});

test('a task that is appended while another runs gets its turn', async () => {
  const house = testHouse(
    task(
      'T-1',
      `touch begun; while ${ALIVE} && test -e begun && ! test -e go; do sleep 0.05; done; echo done`,
    ),
  );
  const watcher = startWatcher(house.root, ['--until-idle']);
  await until('the run begins', () => has(house, 'begun'));
  appendFileSync(house.paths.queue, `\n${task('T-2', 'echo two')}`);
  await watcher.says('T-2 is new');
  writeFileSync(join(house.paths.workspace, 'go'), '');
  expect(await watcher.ended).toBe(0);
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['COMPLETE', 'COMPLETE']);
});
