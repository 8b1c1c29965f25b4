import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { cronAlarms } from '../../lib/operations/cron-alarms.ts';
import type { Idleness } from '../../lib/operations/idleness.ts';
import { launchRunner } from '../../lib/operations/launch-runner.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { sendAsPerson } from '../../lib/operations/messages/send.ts';
import { stopWork } from '../../lib/operations/stop-work.ts';
import { openWatch, type WatchOptions } from '../../lib/operations/watch-house.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import { self } from '../../lib/platform/identity.ts';
import type { RecordedEvent } from '../../lib/records/event.ts';
import { recordEvent } from '../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { readTask, writeTask } from '../../lib/records/task-store.ts';
import { ALIVE } from '../support/alive.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { type ManualTime, manualTime } from '../support/manual-timer.ts';
import { until } from '../support/until.ts';

const PERIOD = 30_000;

const MESSAGE = {
  type: 'task',
  urgency: 'medium',
  title: 'Look',
  until: null,
  task: null,
  answers: null,
  status: null,
  body: 'Look',
} as const;

/** Timers shorter than this are the moments between looks; the others are waits for something. */
const MOMENT = 100;

/** Moments pass by themselves; anything longer is never waited for, so that only hints wake. */
const impatient: WatchOptions['timer'] = (ms, fn) => (ms < MOMENT ? systemTimer(ms, fn) : () => {});

/** A watch in this process, whose runners nobody starts unless `launch` is given. */
async function watched(house: TestHouse, given: Partial<WatchOptions> = {}) {
  const events: RecordedEvent[] = [];
  const troubles: unknown[] = [];
  let looks = 0;
  let state: Idleness | undefined;
  const watch = await openWatch(house.root, house.name, {
    clock: systemClock,
    environment: process.env,
    launch: async () => self(),
    timer: impatient,
    onLook(found) {
      state = found;
      looks++;
    },
    onEvents: (some) => events.push(...some),
    onTrouble: (error) => troubles.push(error),
    ...given,
  });
  onTestFinished(() => watch.close());
  const look = (what: string, count = looks + 1) => until(what, () => looks >= count);
  /**
   * Until nothing that happened so far makes it look any more. Cut short it would make a test
   * weaker, never fail.
   */
  const quiet = async (time?: ManualTime) => {
    let last = -1;
    let calm = 0;
    await until('it comes to rest', () => {
      if (time && (time.waits()[0] ?? PERIOD) < MOMENT) time.pass(MOMENT);
      calm = looks === last ? calm + 1 : 0;
      last = looks;
      return calm > 8;
    });
  };
  return {
    watch,
    quiet,
    troubles,
    state: () => state,
    looks: () => looks,
    look,
    types: (id: string) => events.filter((event) => event.task === id).map(({ type }) => type),
    async begin() {
      await watch.begin();
      await look('a first look', 1);
    },
  };
}

test('records that fail for good are opened anew', async () => {
  const house = testHouse(task('T-1', 'echo done'));
  const time = manualTime();
  const seen = await watched(house, { timer: time.timer });
  const before = seen.watch.context;
  const stuck = Object.assign(new Error('locking protocol'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 15,
  });
  armFaults((operation) => {
    if (operation === 'begin') throw stuck;
  });
  onTestFinished(() => armFaults(null));
  await seen.watch.begin();
  await until('a look fails', () => seen.troubles.includes(stuck));
  armFaults(null);
  await until('another look succeeds', () => {
    time.pass(PERIOD);
    return seen.looks() > 0;
  });
  expect(seen.watch.context).not.toBe(before);
  expect(before.db.isOpen).toBe(false);
});

describe('hints', () => {
  test('a first message, and one after it, are taken in at once', async () => {
    const house = testHouse('# Queue\n');
    const seen = await watched(house);
    await seen.begin();
    await seen.quiet();
    for (const id of ['TASK-001', 'TASK-002']) {
      const now = Date.now();
      sendAsPerson(house.root, { ...MESSAGE, to: house.name }, { now, dryRun: false });
      await until(`${id} is made`, () => seen.types(id).includes('message.received'));
      await seen.quiet();
    }
    expect(seen.troubles).toEqual([]);
  });

  test('a save is not made to wait for what our own writes are waited for', async () => {
    const house = testHouse('# Queue\n');
    const seen = await watched(house, { timer: () => () => {} });
    await seen.begin();
    writeFileSync(house.paths.queue, task('T-1', 'true'));
    await until('T-1 is seen', () => seen.types('T-1').includes('task.created'));
    expect(seen.troubles).toEqual([]);
  });

  test('a save of a queue that stands beside home/ is seen at once', async () => {
    const house = testHouse('# Queue\n', { settings: 'queue:\n  path: WORK-QUEUE.md\n' });
    const seen = await watched(house);
    await seen.begin();
    await seen.quiet();
    writeFileSync(house.paths.queue, task('T-1', 'true'));
    await until('T-1 is seen', () => seen.types('T-1').includes('task.created'));
  });
});

describe('what was missed', () => {
  test('a save that comes while the watch is being made leaves no second watch behind', async () => {
    const watches = () => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap');
    const before = watches().length;
    const house = testHouse('# Queue\n');
    const seen = await watched(house);
    let begun = false;
    const beginning = seen.watch.begin().then(() => {
      begun = true;
    });
    for (let save = 1; !begun; save++) {
      writeFileSync(house.paths.queue, `# Queue\n\n${task(`TASK-${save}`, 'true')}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await beginning;
    await seen.look('the saves');
    await seen.watch.close();
    expect(watches()).toHaveLength(before);
  });

  test('a save that the flood of 20,000 files hid is found by the next look', async () => {
    const house = testHouse(task('T-1', 'true', ['Approval: required']));
    const time = manualTime();
    const seen = await watched(house, { timer: time.timer, clock: time.clock });
    await seen.begin();
    await seen.quiet(time);
    // Nobody reads the kernel's list of changes meanwhile, and it holds 16,384.
    for (let file = 0; file < 20_000; file++)
      writeFileSync(join(house.paths.home, `flood-${file}`), '');
    writeFileSync(house.paths.queue, house.queue() + task('T-2', 'true'));
    time.pass(PERIOD);
    await until('T-2 is claimed', () => seen.types('T-2').includes('task.assigned'));
    expect(seen.troubles).toEqual([]);
  });

  test('a queue whose folder was replaced is found by the next look, and watched from then on', async () => {
    const house = testHouse(task('T-1', 'true', ['Approval: required']));
    const shared = join(house.root, 'shared');
    const target = join(shared, 'QUEUE.md');
    mkdirSync(shared);
    renameSync(house.paths.queue, target);
    symlinkSync(target, house.paths.queue);
    const time = manualTime();
    const seen = await watched(house, { timer: time.timer, clock: time.clock });
    await seen.begin();
    await seen.quiet(time);
    const replace = (text: string) => {
      mkdirSync(`${shared}.new`);
      writeFileSync(join(`${shared}.new`, 'QUEUE.md'), text);
      renameSync(shared, `${shared}.old`);
      renameSync(`${shared}.new`, shared);
    };
    replace(readFileSync(target, 'utf8') + task('T-2', 'true', ['Approval: required']));
    time.pass(PERIOD);
    await until('T-2 is seen', () => seen.types('T-2').includes('task.review'));
    await seen.quiet(time);
    writeFileSync(target, readFileSync(target, 'utf8') + task('T-3', 'true'));
    await until('T-3 is claimed by a hint', () => {
      if ((time.waits()[0] ?? PERIOD) < MOMENT) time.pass(MOMENT);
      return seen.types('T-3').includes('task.assigned');
    });
  });

  test('a home that is gone is waited for, and one in its place is worked in', async () => {
    const house = testHouse(task('T-1', 'true', ['Approval: required']));
    const time = manualTime();
    const seen = await watched(house, { timer: time.timer, clock: time.clock });
    await seen.begin();
    const { home } = house.paths;
    renameSync(home, `${home}.old`);
    await until('it says so', () => {
      time.pass(PERIOD);
      return seen.troubles.length > 0;
    });
    expect(String(seen.troubles[0])).toContain('the home of ezra is gone');
    expect(statSync(home, { throwIfNoEntry: false })).toBeUndefined();
    cpSync(`${home}.old`, `${home}.new`, { recursive: true });
    writeFileSync(join(`${home}.new`, 'WORK-QUEUE.md'), task('T-2', 'true'));
    renameSync(`${home}.new`, home);
    await until('T-2 is claimed', () => {
      time.pass(PERIOD);
      return seen.types('T-2').includes('task.assigned');
    });
    const inPlace = openHouseDatabase(house.paths.database);
    onTestFinished(() => inPlace.close());
    expect(readTask(inPlace, 'T-2')).not.toBeNull();
  });
});

describe('hints', () => {
  test('what another process records is told, and looked at', async () => {
    const house = testHouse(task('T-1', 'true', ['Not before: 2100-01-01']));
    const seen = await watched(house);
    await seen.begin();
    await seen.quiet();
    const looks = seen.looks();
    const db = openHouseDatabase(house.paths.database);
    onTestFinished(() => db.close());
    recordEvent(db, 1, { type: 'task.retried', task: 'T-1' });
    await until('it is told', () => seen.types('T-1').includes('task.retried'));
    await seen.look('a look', looks + 1);
  });

  test('a runner that dies is seen at once, and its task comes back', async () => {
    // A bash block: it gets a runner of its own.
    const house = testHouse(
      task('T-1', `touch begun; while ${ALIVE} && test -e begun; do sleep 0.05; done`).replace(
        '```sh',
        '```bash',
      ),
    );
    let wake = () => {};
    const seen = await watched(house, { launch: launchRunner(process.env, () => wake()) });
    wake = () => seen.watch.wake();
    await seen.begin();
    await until('it begins', () =>
      statSync(join(house.paths.workspace, 'begun'), { throwIfNoEntry: false }),
    );
    await seen.quiet();
    const [run] = readOpenRuns(seen.watch.context.db);
    process.kill(run?.holder?.pid as number, 'SIGKILL');
    await until('its run is lost, and the next is claimed', () => {
      const types = seen.types('T-1');
      const lost = types.indexOf('task.lost');
      return lost !== -1 && types.lastIndexOf('task.assigned') > lost;
    });
    await seen.watch.pause();
    await stopWork(seen.watch.context, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    expect(readOpenRuns(seen.watch.context.db)).toEqual([]);
  });

  test('settings that can’t be read are told, and the old ones stay', async () => {
    const house = testHouse(task('T-1', 'true', ['Not before: 2100-01-01']));
    const seen = await watched(house);
    await seen.begin();
    writeFileSync(house.paths.settings, 'queue: {adopted: perhaps}\n');
    await until('it is told', () => seen.troubles.length > 0);
    expect(String(seen.troubles[0])).toContain('queue.adopted');
    expect(seen.watch.context.house.settings.queue.adopted).toBe(true);
  });
});

describe('time', () => {
  test('the next look comes when a back-off ends, not before and not at the next period', async () => {
    const house = testHouse(task('T-1', 'true', ['Not before: 2100-01-01']));
    const time = manualTime();
    const seen = await watched(house, { timer: time.timer, clock: time.clock });
    await seen.begin();
    const { db } = seen.watch.context;
    const record = readTask(db, 'T-1');
    await seen.quiet(time);
    if (record) writeTask(db, { ...record, attempts: 10, notBefore: time.clock.now() + 4321 });
    seen.watch.wake();
    await seen.look('another look');
    expect(time.waits()).toContain(4321);
  });

  test('a recurring task that was due many times while the machine slept comes back once', async () => {
    const house = testHouse(task('T-1', 'true', ['Every: 1h', 'Approval: required']));
    const time = manualTime();
    const seen = await watched(house, { timer: time.timer, clock: time.clock });
    await seen.begin();
    const { db } = seen.watch.context;
    const record = readTask(db, 'T-1');
    const now = time.clock.now();
    if (record)
      writeTask(db, { ...record, status: 'COMPLETE', review: null, dueAt: now + 3_600_000 });
    await seen.quiet(time);
    seen.watch.wake();
    await seen.look('the look that writes COMPLETE');
    time.jump(7 * 86_400_000);
    for (let looks = 0; looks < 3; looks++) {
      const count = seen.looks() + 1;
      time.pass(PERIOD);
      await seen.look('a look', count);
    }
    expect(seen.types('T-1').filter((type) => type === 'task.due')).toHaveLength(1);
  });

  test('node-cron rings for each expression that counts, and for no other', async () => {
    let rings = 0;
    const alarms = cronAlarms(() => rings++);
    onTestFinished(() => alarms.close());
    await alarms.set(new Set(['* * * * * *']));
    await until('it rings', () => rings > 0);
    await alarms.set(new Set());
    const before = rings;
    let another = 0;
    const others = cronAlarms(() => another++);
    onTestFinished(() => others.close());
    await others.set(new Set(['* * * * * *']));
    await until('another has rung twice', () => another >= 2);
    expect(rings).toBe(before);
  });
});
