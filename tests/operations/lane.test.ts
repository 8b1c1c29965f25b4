import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mayLive } from '../../lib/platform/identity.ts';
import { processesOfRun } from '../../lib/platform/process-group.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { readOpenRuns, readRunsOf } from '../../lib/records/run-store.ts';
import { ALIVE } from '../support/alive.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';
import { startWatcher } from '../support/watcher.ts';

/** Runs in the watcher's own process: shell tasks, where the system can tell what they leave behind. */
describe.runIf(process.platform === 'linux')('shell tasks in the watcher’s process', () => {
  test('follow one another: each once, in order, with a report, and no trigger left', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `T-${at + 1}`);
    const house = testHouse(ids.map((id) => task(id, `echo ${id} >>order`)).join('\n'));
    const watcher = startWatcher(house.root, ['--until-idle']);
    expect(await watcher.ended, watcher.stderr()).toBe(0);
    expect(workspace(house, 'order').trim().split('\n')).toEqual(ids);
    expect(ids.map((id) => house.status(id))).toEqual(ids.map(() => 'COMPLETE'));
    expect(readdirSync(house.paths.work)).toEqual([]);
    for (const id of ids) expect(report(house, id)).toContain('Ran 1 block without output.');
    const holders = new Set(runsOf(house, ids).map(({ holder }) => holder?.pid));
    expect(holders).toEqual(new Set([watcher.pid]));
    expect(typesOf(house, 'T-20')).toEqual([
      'task.created',
      'task.assigned',
      'task.started',
      'task.completed',
    ]);
  });

  test('know who and where they are, and what they print is their report', async () => {
    const house = testHouse(task('T-1', 'echo "$ROBED_TASK $ROBED_ATTEMPT $HERMES_HOME"; pwd'));
    await startWatcher(house.root, ['--until-idle']).ended;
    const { home, workspace: folder } = house.paths;
    expect(report(house, 'T-1')).toContain(`T-1 1 ${home}\n${folder}`);
  });

  test('have a process number of their own where they ask for it', async () => {
    const house = testHouse(['T-1', 'T-2'].map((id) => task(id, 'mkdir d.$$')).join('\n'));
    await startWatcher(house.root, ['--until-idle']).ended;
    expect(['T-1', 'T-2'].map((id) => house.status(id))).toEqual(['COMPLETE', 'COMPLETE']);
  });

  test('one that takes longer has its trigger, its output and IN_PROGRESS', async () => {
    const house = testHouse(
      task('T-1', `echo begun; while ${ALIVE} && ! test -e go; do sleep 0.02; done`),
    );
    const watcher = startWatcher(house.root, ['--until-idle']);
    await until('IN_PROGRESS', () => house.status('T-1') === 'IN_PROGRESS');
    await until('its trigger', () => existsSync(join(house.paths.work, 'T-1.active')));
    const [run] = runsOf(house, ['T-1']);
    expect(run?.holder).toMatchObject({ pid: watcher.pid, shared: true });
    const said = join(house.paths.logs, 'runs', run?.run ?? '', 'stdout');
    await until('its output', () => readFileSync(said, 'utf8') === 'begun\n');
    writeFileSync(join(house.paths.workspace, 'go'), '');
    expect(await watcher.ended).toBe(0);
    expect(house.status('T-1')).toBe('COMPLETE');
    expect(readdirSync(house.paths.work)).toEqual([]);
  });

  test.each([1, 4])(
    'those that take longer end nothing but themselves, %i at a time',
    async (concurrency) => {
      const ids = Array.from({ length: 16 }, (_, at) => `T-${at + 1}`);
      const queue = ids.map((id, at) =>
        task(id, `sleep 0.0${at % 8}; echo ${id} >>order`, ['Attempts: 1']),
      );
      const house = testHouse(queue.join('\n'), {
        settings: `queue: {adopted: true}\nconcurrency: ${concurrency}\nbodies: {allow: [shell]}\n`,
      });
      const watcher = startWatcher(house.root, ['--until-idle']);
      expect(await watcher.ended, watcher.stderr()).toBe(0);
      expect(ids.map((id) => house.status(id))).toEqual(ids.map(() => 'COMPLETE'));
      expect(linesOf(house, 'order').toSorted()).toEqual(ids.toSorted());
    },
  );

  test('a failing one is told by its block, and tried again', async () => {
    const house = testHouse(
      task('T-1', 'echo tried; exit 3', ['Attempts: 2']) + task('T-2', 'true'),
    );
    await startWatcher(house.root, ['--until-idle']).ended;
    expect([house.status('T-1'), house.status('T-2')]).toEqual(['FAILED', 'COMPLETE']);
    expect(report(house, 'T-1')).toContain('block 1 (sh, line 5) ended with exit code 3');
    expect(readdirSync(join(house.paths.archive, 'T-1'))).toHaveLength(1);
  });

  test('what is asked of the result is proved', async () => {
    const house = testHouse(
      task('T-1', 'true', ['Verify: `test -e made`', 'Attempts: 1']) +
        task('T-2', 'touch made', ['Produces: `made`', 'Verify: `test -e made`']),
    );
    await startWatcher(house.root, ['--until-idle']).ended;
    expect([house.status('T-1'), house.status('T-2')]).toEqual(['FAILED', 'COMPLETE']);
  });

  test('a save in the middle counts at once: what it takes back is not begun', async () => {
    const house = testHouse(
      task('T-1', `touch begun; while ${ALIVE} && ! test -e go; do sleep 0.01; done`) +
        Array.from({ length: 5 }, (_, at) => task(`T-${at + 2}`, `touch ran-${at + 2}`)).join('\n'),
    );
    const watcher = startWatcher(house.root, ['--until-idle']);
    await until('it begins', () => existsSync(join(house.paths.workspace, 'begun')));
    const text = house.queue();
    const at = text.indexOf('PENDING', text.indexOf('### T-2'));
    writeFileSync(house.paths.queue, `${text.slice(0, at)}CANCELLED${text.slice(at + 7)}`);
    writeFileSync(join(house.paths.workspace, 'go'), '');
    expect(await watcher.ended).toBe(0);
    expect(existsSync(join(house.paths.workspace, 'ran-2'))).toBe(false);
    expect(house.status('T-2')).toBe('CANCELLED');
    expect(house.status('T-6')).toBe('COMPLETE');
  });

  test('what one leaves behind ends with it', async () => {
    const house = testHouse(
      task('T-1', 'sleep 1000 & echo $! >pid') +
        task('T-2', 'setsid sleep 1000 & echo on') +
        task('T-3', 'echo three'),
    );
    await startWatcher(house.root, ['--until-idle']).ended;
    for (const { run } of runsOf(house, ['T-1', 'T-2', 'T-3']))
      expect(processesOfRun(run)).toEqual([]);
    expect(house.status('T-3')).toBe('COMPLETE');
  });

  test('a person elsewhere stops one, and the watcher goes on', async () => {
    const house = testHouse(
      task('T-1', `touch begun; while ${ALIVE} && test -e begun; do sleep 0.05; done`) +
        task('T-2', 'true'),
    );
    const watcher = startWatcher(house.root, ['--until-idle']);
    await until('it begins', () => existsSync(join(house.paths.workspace, 'begun')));
    expect(robed(['cancel', 'T-1', '--root', house.root]).status).toBe(0);
    expect(await watcher.ended, watcher.stderr()).toBe(0);
    expect([house.status('T-1'), house.status('T-2')]).toEqual(['CANCELLED', 'COMPLETE']);
    const [run] = runsOf(house, ['T-1']);
    expect(processesOfRun(run?.run ?? '')).toEqual([]);
  });

  test('a watcher killed between them loses none and repeats only what it had not recorded', async () => {
    const ids = Array.from({ length: 60 }, (_, at) => `T-${at + 1}`);
    const house = testHouse(ids.map((id) => task(id, `echo ${id} >>order`)).join('\n'));
    for (const seen of [5, 20, 35]) {
      const watcher = startWatcher(house.root);
      await until(`${seen} are done`, () => linesOf(house, 'order').length >= seen);
      watcher.process.kill('SIGKILL');
      await watcher.ended;
    }
    expect(await startWatcher(house.root, ['--until-idle']).ended).toBe(0);
    expect(ids.map((id) => house.status(id))).toEqual(ids.map(() => 'COMPLETE'));
    const done = linesOf(house, 'order');
    expect(new Set(done)).toEqual(new Set(ids));
    const lost = runsOf(house, ids).filter(({ result }) => result?.outcome === 'lost').length;
    expect(done.length).toBeLessThanOrEqual(ids.length + lost);
    expect(lost).toBeLessThanOrEqual(3);
    for (const id of ids) {
      const ends = runsOf(house, [id]).filter(({ result }) => result?.outcome === 'completed');
      expect(ends).toHaveLength(1);
      expect(report(house, id)).toContain(`run: ${ends[0]?.run}`);
    }
    // The scratch files of the dead go with the next watcher that finds nothing under way.
    expect(await startWatcher(house.root, ['--until-idle']).ended).toBe(0);
    for (const name of readdirSync(join(house.paths.logs, 'starters'))) {
      const [pid, start] = name.split('-');
      expect(mayLive({ pid: Number(pid), start: start ?? '' })).toBe(true);
    }
  });

  test('a power cut that took the last reports gives them back at the next boot', async () => {
    const house = testHouse(task('T-1', 'echo one') + task('T-2', 'echo two'));
    await startWatcher(house.root, ['--until-idle']).ended;
    writeFileSync(join(house.paths.completed, 'T-1.txt'), '');
    const db = openHouseDatabase(house.paths.database);
    db.exec("UPDATE meta SET value = 'an earlier boot' WHERE key = 'boot'");
    db.close();
    expect(robed(['task-monitor', '--root', house.root]).status).toBe(0);
    expect(report(house, 'T-1')).toContain('one');
    expect(readdirSync(house.paths.quarantine)).toEqual([]);
  });
});

const workspace = (house: TestHouse, file: string): string =>
  readFileSync(join(house.paths.workspace, file), 'utf8');

const linesOf = (house: TestHouse, file: string): string[] =>
  existsSync(join(house.paths.workspace, file)) ? workspace(house, file).trim().split('\n') : [];

const report = (house: TestHouse, id: string): string =>
  readFileSync(join(house.paths.completed, `${id}.txt`), 'utf8');

function runsOf(house: TestHouse, ids: readonly string[]) {
  const db = openHouseDatabase(house.paths.database);
  try {
    expect(readOpenRuns(db).length).toBeLessThan(3);
    return ids.flatMap((id) => readRunsOf(db, id));
  } finally {
    db.close();
  }
}

function typesOf(house: TestHouse, id: string): string[] {
  const db = openHouseDatabase(house.paths.database);
  try {
    return readEvents(db, { task: id }).map(({ type }) => type);
  } finally {
    db.close();
  }
}
