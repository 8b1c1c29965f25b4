import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFiles } from '../../lib/houses/job-files.ts';
import { beat } from '../../lib/operations/heartbeat/beat.ts';
import {
  type Heartbeat,
  heartbeatAge,
  heartbeatLimit,
  isDead,
} from '../../lib/operations/heartbeat/heartbeat.ts';
import { readHeartbeat } from '../../lib/operations/heartbeat/store.ts';
import { bench, outside } from '../support/bench.ts';
import { task } from '../support/household.ts';

const MINUTE = 60_000;

const beaten = (at: number): Heartbeat => ({
  version: 1,
  agent: 'ezra',
  cycle: 7,
  time: new Date(at).toISOString(),
  state: 'idle',
  lastAction: null,
  lastResult: null,
  workInProgress: [],
  nextTarget: null,
  needsYou: 0,
  lastProgress: null,
  tickAge: null,
});

test('a heartbeat tells what was done, what runs and what comes next', async () => {
  const house = await bench(
    `${task('T-1', 'echo one')}\n${outside('T-2')}\n${task('T-3', 'echo three', ['Depends on: T-2'])}`,
  );
  await house.dispatch();
  await house.rest();
  await house.dispatch();
  const heartbeat = beat(house.context, { dryRun: false });
  expect(heartbeat).toMatchObject({
    version: 1,
    agent: 'ezra',
    cycle: 1,
    state: 'working',
    lastAction: { type: 'task.started', task: 'T-2' },
    lastResult: { task: 'T-1', outcome: 'completed' },
    workInProgress: [{ task: 'T-2', body: 'external', attempt: 1 }],
    nextTarget: null,
    lastProgress: expect.stringMatching(/Z$/),
  });
  expect(readHeartbeat(house.paths.heartbeat)).toEqual(heartbeat);
  expect(lstatSync(house.paths.heartbeat).mode & 0o777).toBe(0o600);
});

test('its state says whether work waits for a turn, for a person, or there is none', async () => {
  const house = await bench(task('T-1', 'echo one', ['Approval: required']));
  const state = () => beat(house.context, { dryRun: true }).state;
  await house.monitor();
  await house.dispatch();
  expect(state()).toBe('waiting');
  house.save(task('T-2', 'echo two'));
  await house.monitor();
  expect(state()).toBe('ready');
  expect(beat(house.context, { dryRun: true }).nextTarget).toEqual({
    task: 'T-2',
    title: 'Task T-2',
  });
  await house.work();
  house.advance(60 * MINUTE);
  await house.monitor();
  expect(state()).not.toBe('ready');
});

test('its tick age says how long ago a schedule fired dispatch', async () => {
  const house = await bench('');
  expect(beat(house.context, { dryRun: true }).tickAge).toBeNull();
  const { fired } = jobFiles(house.paths, 'dispatch');
  mkdirSync(dirname(fired), { recursive: true });
  writeFileSync(fired, '');
  house.advance(10 * MINUTE);
  expect(beat(house.context, { dryRun: true }).tickAge).toBeGreaterThanOrEqual(600);
});

test('its cycle rises with each beat, also where the records are lost', async () => {
  const house = await bench('');
  expect(beat(house.context, { dryRun: false }).cycle).toBe(1);
  expect(beat(house.context, { dryRun: false }).cycle).toBe(2);
  house.context.db.exec("DELETE FROM meta WHERE key = 'heartbeat'");
  expect(beat(house.context, { dryRun: false }).cycle).toBe(3);
});

test('a cycle that nobody can have reached is not believed', async () => {
  const house = await bench('');
  beat(house.context, { dryRun: false });
  writeFileSync(house.paths.heartbeat, JSON.stringify({ ...beaten(0), cycle: 9_000_000 }));
  expect(beat(house.context, { dryRun: false }).cycle).toBe(2);
});

test('a beat that tells nothing new leaves house.db alone', async () => {
  const house = await bench('');
  beat(house.context, { dryRun: false });
  const { changes } = house.context.db.prepare('SELECT total_changes() AS changes').get() ?? {};
  beat(house.context, { dryRun: false });
  expect(house.context.db.prepare('SELECT total_changes() AS changes').get()).toEqual({ changes });
});

test('the event log hears of a beat only where the state changed', async () => {
  const house = await bench(task('T-1', 'echo one'));
  for (const _ of [1, 2, 3]) beat(house.context, { dryRun: false });
  expect(house.told('heartbeat.made')).toHaveLength(1);
  await house.work();
  beat(house.context, { dryRun: false });
  beat(house.context, { dryRun: false });
  const states = house.told('heartbeat.made').map(({ data }) => data['state']);
  expect(states).toEqual([...new Set(states)]);
});

test('a dry run writes nothing', async () => {
  const house = await bench('');
  beat(house.context, { dryRun: true });
  expect(existsSync(house.paths.heartbeat)).toBe(false);
  expect(house.events()).toEqual([]);
});

test('a link in its place is taken away, and what it led to stays as it was', async () => {
  const house = await bench('');
  const elsewhere = join(house.root, 'elsewhere');
  writeFileSync(elsewhere, 'mine');
  symlinkSync(elsewhere, house.paths.heartbeat);
  beat(house.context, { dryRun: false });
  expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
  expect(readHeartbeat(house.paths.heartbeat)?.agent).toBe('ezra');
});

test.each(['', 'not json', '{"version":2}', '{"version":1,"agent":"x","cycle":"1","time":"now"}'])(
  'a file that is no heartbeat is none: %j',
  async (text) => {
    const house = await bench('');
    writeFileSync(house.paths.heartbeat, text);
    expect(readHeartbeat(house.paths.heartbeat)).toBeNull();
  },
);

test('over twenty minutes is dead, and so is one from the future', () => {
  const now = Date.parse('2026-11-21T07:00:00Z');
  expect(heartbeatAge(beaten(now - MINUTE), now)).toBe(MINUTE);
  expect(isDead(beaten(now - 20 * MINUTE), now)).toBe(false);
  expect(isDead(beaten(now - 21 * MINUTE), now)).toBe(true);
  expect(isDead(beaten(now + 21 * MINUTE), now)).toBe(true);
});

test('how old it may be follows the schedule of the house', () => {
  const from = Date.parse('2026-11-21T07:00:03Z');
  expect(heartbeatLimit('*/15 * * * *', from)).toBe(20 * MINUTE);
  expect(heartbeatLimit('0 * * * *', from)).toBe(65 * MINUTE);
  expect(heartbeatLimit(false, from)).toBeNull();
  expect(heartbeatLimit('nonsense', from)).toBeNull();
});
