import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { reportPath } from '../../lib/houses/paths.ts';
import { recordClaim } from '../../lib/operations/claim.ts';
import { openHouse } from '../../lib/operations/open-house.ts';
import { listVersions, readVersion } from '../../lib/operations/past-versions.ts';
import { armFaults } from '../../lib/platform/faults.ts';
import { transaction } from '../../lib/platform/sqlite.ts';
import { recordEvent } from '../../lib/records/event-store.ts';
import { readMeta } from '../../lib/records/house-db.ts';
import { readRun } from '../../lib/records/run-store.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

afterEach(() => armFaults(null));

/** A house at rest in a process that carries shell tasks out itself, and never gets to their end. */
async function watched(queue = '# Queue\n', settings = ''): Promise<Bench> {
  const house = await bench(queue, { settings: SETTINGS + settings });
  await house.work();
  carryOutHere(house);
  return house;
}

const SETTINGS = 'queue: {adopted: true}\nbodies: {allow: [shell]}\nconcurrency: 2\n';

function carryOutHere(house: Bench): void {
  house.context.lane = {
    takes: (_, { body }) => body.kind === 'shell',
    begin: (context, plan, _, first = () => true) =>
      transaction(context.db, () => (first() ? recordClaim(context, plan, 1, 'running') : null)),
    fill: async () => [],
    wrote: () => {},
  };
}

const saveMore = (house: Bench, more: string): string => saveAs(house, `${house.queue()}\n${more}`);

function saveAs(house: Bench, text: string): string {
  writeFileSync(`${house.paths.queue}~`, text);
  renameSync(`${house.paths.queue}~`, house.paths.queue);
  return text;
}

/** Whatever is done to the disk, in order. */
function traced(act: (operation: string, path: string) => void = () => {}): string[] {
  const steps: string[] = [];
  armFaults((operation, path) => {
    steps.push(operation);
    act(operation, path);
  });
  return steps;
}

const inHistory = (house: Bench): string[] =>
  readdirSync(house.paths.history).filter((name) => name.endsWith('.md'));

test('a save and the claim of what it asks for are one commit, and its file follows', async () => {
  const house = await watched();
  const text = saveMore(house, task('T-2', 'true'));
  const steps = traced();
  const done = await house.dispatch();
  armFaults(null);
  expect(done.claimed.map((run) => run.task)).toEqual(['T-2']);
  expect(done.actions.slice(0, 2)).toEqual([
    'read a save',
    expect.stringContaining('T-2: claimed'),
  ]);
  expect(steps.slice(0, 2)).toEqual(['begin', 'commit']);
  expect(steps.filter((step) => step === 'fsync').length).toBeGreaterThan(1);
  const [newest, saved] = listVersions(house.context);
  expect([newest?.by, saved?.by]).toEqual(['robed', 'person']);
  expect(readVersion(house.context, saved?.seq ?? 0)).toBe(text);
  expect(readMeta(house.context.db, 'save')).toBeNull();
});

test('a save whose process died before its file was made is in the history all the same', async () => {
  const house = await watched();
  const text = saveMore(house, task('T-2', 'true'));
  const before = inHistory(house).length;
  let committed = false;
  traced((operation, path) => {
    if (committed && path.includes('history')) throw new Error('the power went');
    if (operation === 'commit') committed = true;
  });
  await expect(house.dispatch()).rejects.toThrow('the power went');
  armFaults(null);
  expect(inHistory(house)).toHaveLength(before);
  await house.reopen();
  const saved = listVersions(house.context)[0];
  expect(saved).toMatchObject({ by: 'person', current: true });
  expect(readVersion(house.context, saved?.seq ?? 0)).toBe(text);
  expect(inHistory(house)).toHaveLength(before + 1);
});

test('wherever a process dies while it makes the file, the version is listed once', async () => {
  for (let at = 1; ; at++) {
    const house = await watched();
    const text = saveMore(house, task('T-2', 'true'));
    let steps = 0;
    let died = false;
    let committed = false;
    traced((operation) => {
      if (committed && ++steps === at) {
        died = true;
        throw new Error('killed');
      }
      if (operation === 'commit') committed = true;
    });
    await house.dispatch().catch(() => {});
    armFaults(null);
    await house.reopen();
    const saves = listVersions(house.context).filter(({ by }) => by === 'person');
    expect(saves).toHaveLength(2);
    expect(readVersion(house.context, saves[0]?.seq ?? 0)).toBe(text);
    if (!died || at > 14) break;
  }
});

test('before anything is written over the save, its file is on disk', async () => {
  const house = await watched();
  const text = saveMore(house, task('T-2', 'true'));
  let kept: string[] = [];
  traced((operation) => {
    if (operation !== 'exchange') return;
    kept = inHistory(house).map((name) => readFileSync(join(house.paths.history, name), 'utf8'));
  });
  await house.dispatch();
  armFaults(null);
  expect(house.status('T-2')).toBe('IN_PROGRESS');
  expect(kept).toContain(text);
});

test('records that changed since the save was planned are planned on anew', async () => {
  const house = await watched();
  saveMore(house, task('T-2', 'true'));
  const { context } = house;
  const other = await openHouse(house.root, house.name, context);
  const { lane } = context;
  if (!lane) throw new Error('expected a lane');
  const marks: boolean[] = [];
  context.lane = {
    ...lane,
    begin(at, plan, seen, first) {
      if (marks.length === 0) recordEvent(other.db, 1, { type: 'system.warning', data: {} });
      const run = lane.begin(at, plan, seen, first);
      marks.push(run !== null);
      return run;
    },
  };
  await house.dispatch();
  other.db.close();
  expect(marks).toEqual([false, true]);
  expect(house.events('T-2').filter((type) => type === 'task.created')).toHaveLength(1);
});

test.each([
  ['waits for its first time', task('T-2', 'true', ['Every: 0 3 * * *']), []],
  ['has no id yet', task('T-2', 'true').replace('T-2: Task T-2', 'Carry stones'), ['TASK-001']],
  ['has a report there that nobody has looked at', task('T-2', 'true'), ['T-2']],
] as const)('a task that %s goes the long way', async (_, more, claimed) => {
  const house = await watched();
  const forged = reportPath(house.paths, 'T-2');
  if (claimed[0] === 'T-2') writeFileSync(forged, 'forged');
  saveMore(house, more);
  const steps = traced();
  const done = await house.dispatch();
  armFaults(null);
  expect(steps.slice(0, 2)).not.toEqual(['begin', 'commit']);
  expect(done.claimed.map((run) => run.task)).toEqual(claimed);
  expect(existsSync(forged)).toBe(false);
});

const FIRST = task('T-1', 'true');
const LATER = FIRST.replace('PENDING', 'DEFERRED');

test.each<[string, { before?: string; change?: (text: string) => string; settings?: string }]>([
  ['brings an old copy back', { before: FIRST, change: () => FIRST }],
  ['gives a task another id', { before: LATER, change: (text) => text.replace('T-1:', 'T-9:') }],
  ['is longer than the records keep', { change: (text) => text + 'word '.repeat(220_000) }],
  ['is for a house with a gateway', { settings: 'gateway: {port: 8742, start: manual}\n' }],
  ['is for a house with a robe', { settings: 'robe: {port: 8742, start: manual}\n' }],
])('a save that %s goes the long way, with the task that it adds', async (_, more) => {
  const { before, change = (text) => text, settings } = more;
  const house = await watched(before, settings);
  saveAs(house, `${change(house.queue())}\n${task('T-2', 'true')}`);
  const steps = traced();
  const done = await house.dispatch();
  expect(steps.slice(0, 2)).not.toEqual(['begin', 'commit']);
  expect(done.claimed.map((run) => run.task)).toEqual(['T-2']);
});

test('a save that stops a run goes the long way, with the task that it adds', async () => {
  const house = await watched();
  saveMore(house, FIRST);
  await house.dispatch();
  await house.monitor();
  const { run } = house.run('T-1');
  saveAs(house, `${house.queue().replace('IN_PROGRESS', 'CANCELLED')}\n${task('T-2', 'true')}`);
  const steps = traced();
  await house.dispatch();
  expect(steps.slice(0, 2)).not.toEqual(['begin', 'commit']);
  expect(readRun(house.context.db, run)?.stop).toBe('CANCELLED');
});

test('what a process finds that has not looked around yet goes the long way', async () => {
  const house = await watched();
  await house.reopen();
  carryOutHere(house);
  saveMore(house, task('T-2', 'true'));
  const steps = traced();
  const done = await house.dispatch();
  expect(steps.slice(0, 2)).not.toEqual(['begin', 'commit']);
  expect(done.claimed.map((run) => run.task)).toEqual(['T-2']);
});

test.each(['at first', 'where its records are made anew'])(
  'a queue that comes late %s goes the long way',
  async (when) => {
    const house = await watched();
    await house.reopen(() => {
      rmSync(house.paths.database);
      if (when === 'at first') rmSync(house.paths.history, { recursive: true });
    });
    rmSync(house.paths.queue);
    await house.dispatch();
    carryOutHere(house);
    saveAs(house, task('T-2', 'true'));
    const steps = traced();
    const done = await house.dispatch();
    expect(steps.slice(0, 2)).not.toEqual(['begin', 'commit']);
    expect(done.claimed.map((run) => run.task)).toEqual(['T-2']);
  },
);
