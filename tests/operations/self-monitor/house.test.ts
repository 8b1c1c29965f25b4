import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { householdSchema } from '../../../lib/houses/household-settings.ts';
import { showsLife } from '../../../lib/operations/self-monitor/sign-of-life.ts';
import { halvesToKeep } from '../../../lib/operations/self-monitor/watch-gateways.ts';
import { progressOf, watchHouse } from '../../../lib/operations/self-monitor/watch-house.ts';
import type { NewEvent } from '../../../lib/records/event.ts';
import { recordEvent } from '../../../lib/records/event-store.ts';
import { openHouseholdDatabase } from '../../../lib/records/household-db.ts';
import { uptime } from '../../../lib/records/probe-store.ts';
import { type Bench, bench } from '../../support/bench.ts';
import { task } from '../../support/household.ts';

const MINUTE = 60_000;
const SETTINGS = householdSchema.parse({});

function watching(house: Bench) {
  const db = openHouseholdDatabase(house.root);
  onTestFinished(() => db.close());
  return {
    db,
    look: (dryRun = false) => watchHouse(house.context, db, SETTINGS, { dryRun }),
    progress: () => progressOf(house.context, db, SETTINGS).state,
  };
}

test('a house with work that nobody does is told once, and once more when it is over', async () => {
  const house = await bench(task('T-1', 'echo done at last'));
  const { look, progress } = watching(house);
  await house.monitor();
  expect((await look()).progress.state).toBe('ready');
  house.advance(3 * 60 * MINUTE);
  expect((await look()).told.join()).toContain('no run has ended for over 2h');
  expect(progress()).toBe('idle');
  house.advance(5 * MINUTE);
  expect((await look()).told).toEqual([]);
  expect(house.told('agent.idle')).toHaveLength(1);
  await house.work();
  expect((await look()).told).toEqual(['over: idle']);
  expect(progress()).toBe('quiet');
});

test('a clock that stood in the future for a while hides no idle house', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  const { look } = watching(house);
  await house.monitor();
  const year = 400 * 24 * 60 * MINUTE;
  house.advance(year);
  await look();
  house.advance(-year);
  await look();
  house.advance(3 * 60 * MINUTE);
  expect((await look()).progress.state).toBe('idle');
});

test('a house that was paused for long is not idle the moment it goes on', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  const { look } = watching(house);
  writeFileSync(house.paths.settings, 'queue: {adopted: true}\npaused: true\n');
  await house.reopen();
  await house.monitor();
  expect((await look()).progress.state).toBe('held');
  house.advance(100 * 60 * MINUTE);
  writeFileSync(house.paths.settings, 'queue: {adopted: true}\nbodies: {allow: [shell]}\n');
  await house.reopen();
  expect((await look()).progress.state).toBe('ready');
});

test('a dry run keeps and records nothing', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  const { look, db } = watching(house);
  await house.monitor();
  const before = house.events().length;
  house.advance(100 * 60 * MINUTE);
  await look(true);
  expect([
    house.events().length,
    uptime(db, 'wizard:ezra', 0, Number.MAX_SAFE_INTEGER).probes,
  ]).toEqual([before, 0]);
});

describe('a house without gateways', () => {
  const beacon = (house: Bench, job: string) => {
    mkdirSync(join(house.paths.logs, 'cron'), { recursive: true });
    writeFileSync(join(house.paths.logs, 'cron', `${job}.fired`), '');
  };

  test('is up while cron fires its dispatch, and one sample a look says so', async () => {
    const house = await bench('');
    const { look, db } = watching(house);
    beacon(house, 'dispatch');
    expect((await look()).up).toBe(true);
    expect((await look()).up).toBe(true);
    house.advance(30 * MINUTE);
    expect((await look()).up).toBe(false);
    expect(uptime(db, 'wizard:ezra', 0, Number.MAX_SAFE_INTEGER)).toMatchObject({
      share: 0.5,
      probes: 2,
    });
  });

  test('does not live by being looked at', async () => {
    const house = await bench('');
    beacon(house, 'self-monitor');
    expect(showsLife(house.context.house, Date.now())).toBe(false);
  });
});

describe('the gateways that are to be up', () => {
  const gateways =
    'queue: {adopted: true}\ngateway: {port: 39871}\nrobe: {port: 39872, start: manual}\n';
  const told = async (...events: [NewEvent['type'], string][]) => {
    const house = await bench('', { settings: gateways });
    for (const [type, gateway] of events) {
      recordEvent(house.context.db, 1, { type, data: { gateway } });
    }
    return halvesToKeep(house.context);
  };

  test('are those that were started and not stopped since', async () => {
    expect(await told()).toEqual([]);
    expect(await told(['gateway.starting', 'body'], ['gateway.started', 'body'])).toEqual(['body']);
    expect(await told(['gateway.failed', 'body'])).toEqual(['body']);
    expect(await told(['gateway.started', 'body'], ['gateway.stopped', 'body'])).toEqual([]);
    expect(await told(['gateway.stopped', 'body'], ['gateway.starting', 'body'])).toEqual(['body']);
  });

  test('are never those that a person starts', async () => {
    expect(await told(['gateway.started', 'robe'])).toEqual([]);
  });
});
