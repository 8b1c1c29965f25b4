import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { householdSchema } from '../../../lib/houses/household-settings.ts';
import type { Alert } from '../../../lib/operations/alerts/alert.ts';
import { recentAlerts } from '../../../lib/operations/alerts/recent-alerts.ts';
import { sendAlerts, sendTest } from '../../../lib/operations/alerts/send-alerts.ts';
import type { NewEvent } from '../../../lib/records/event.ts';
import { readEvents, recordEvent } from '../../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../../lib/records/house-db.ts';
import { openHouseholdDatabase } from '../../../lib/records/household-db.ts';
import { testHouse } from '../../support/household.ts';
import { listener } from '../../support/listener.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FILE = { file: 'alerts.jsonl' };

/** A household with one house, whose events and alerts go as the test says. */
function telling(to: object[], every = '1h') {
  const house = testHouse('');
  const { root } = house;
  const settings = householdSchema.parse({ alerts: { every, to } });
  let passed = 0;
  const clock = {
    now: () => Date.now() + passed,
    monotonic: () => performance.now() + passed,
  };
  const household = openHouseholdDatabase(root);
  const ezra = openHouseDatabase(house.paths.database);
  for (const db of [household, ezra]) {
    onTestFinished(() => {
      if (db.isOpen) db.close();
    });
  }
  const told = (): Alert[] =>
    (existsSync(join(root, FILE.file)) ? readFileSync(join(root, FILE.file), 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Alert);
  return {
    root,
    household,
    ezra,
    house,
    settings,
    pass: (ms: number) => {
      passed += ms;
    },
    now: () => clock.now(),
    down: (service: string) =>
      recordEvent(household, clock.now(), { type: 'service.down', data: { service } }),
    happen: (event: NewEvent) => recordEvent(ezra, clock.now(), event),
    send: (sinks = settings) =>
      sendAlerts(root, sinks, { clock, environment: { PATH: process.env['PATH'] }, sleep }),
    test: () => sendTest(root, settings, { clock, environment: {}, sleep }),
    told,
    messages: () => told().map(({ message }) => message.replace(/^[^:]*: /, '')),
  };
}

test('events of weight are told, of the household and of its houses, each once', async () => {
  const { down, happen, send, told, messages } = telling([FILE]);
  down('gitea');
  happen({ type: 'task.failed', task: 'T-1', data: { final: true, reason: 'exit 2' } });
  happen({ type: 'task.failed', task: 'T-2', data: { final: false } });
  happen({ type: 'task.completed', task: 'T-3' });
  await send();
  await send();
  expect(messages()).toEqual(['gitea is down', 'T-1 failed and stays so: exit 2']);
  expect(told().map(({ wizard }) => wizard)).toEqual([null, 'ezra']);
});

test('the same is told again no sooner than an hour, with how often it happened since', async () => {
  const { down, send, pass, messages } = telling([FILE]);
  down('gitea');
  await send();
  for (const _ of [1, 2, 3]) {
    pass(10 * MINUTE);
    down('gitea');
    down('ollama');
    await send();
  }
  expect(messages()).toEqual(['gitea is down', 'ollama is down']);
  pass(HOUR);
  down('gitea');
  await send();
  expect(messages().slice(2)).toEqual([
    'gitea is down (and 3 more since)',
    'ollama is down (and 1 more since)',
  ]);
  pass(2 * HOUR);
  down('gitea');
  await send();
  expect(messages().at(-1)).toBe('gitea is down');
});

test('what was held back is told once the hour is over, also where nothing follows: it may be the last word', async () => {
  const { household, down, send, pass, messages, now } = telling([
    { ...FILE, events: ['service.'] },
  ]);
  const up = () =>
    recordEvent(household, now(), { type: 'service.up', data: { service: 'gitea' } });
  down('gitea');
  pass(MINUTE);
  up();
  await send();
  for (const _ of [1, 2]) {
    pass(10 * MINUTE);
    up();
    down('gitea');
    await send();
  }
  expect(messages()).toEqual(['gitea is down', 'gitea is up again']);
  pass(HOUR);
  await send();
  await send();
  expect(messages().slice(2)).toEqual([
    'gitea is up again (and 1 more since)',
    'gitea is down (and 1 more since)',
  ]);
});

test('what was held back and is over by then is told no more', async () => {
  const { household, down, happen, send, pass, messages, now } = telling([FILE]);
  const twice = async (trouble: () => void, over: () => void) => {
    for (const _ of [1, 2]) {
      trouble();
      over();
      await send();
      pass(MINUTE);
    }
  };
  await twice(
    () => down('gitea'),
    () => recordEvent(household, now(), { type: 'service.up', data: { service: 'gitea' } }),
  );
  const disk = { code: 'disk', subject: '', message: 'the disk is nearly full' };
  await twice(
    () => happen({ type: 'system.warning', data: disk }),
    () => happen({ type: 'system.info', data: disk }),
  );
  await twice(
    () => happen({ type: 'task.review', task: 'T-1' }),
    () => happen({ type: 'task.approved', task: 'T-1' }),
  );
  expect(messages()).toHaveLength(3);
  pass(2 * HOUR);
  await send();
  expect(messages()).toHaveLength(3);
});

test('what is told or asked about a task ends nothing that was held back of it', async () => {
  const { happen, send, pass, messages } = telling([FILE]);
  const review = async () => {
    happen({ type: 'task.review', task: 'T-1' });
    happen({ type: 'message.sent', task: 'T-1', data: { to: 'ezra', kind: 'approval' } });
    await send();
  };
  await review();
  pass(10 * MINUTE);
  happen({ type: 'task.assigned', task: 'T-1' });
  await review();
  expect(messages()).toHaveLength(1);
  pass(HOUR);
  await send();
  expect(messages()).toHaveLength(2);
});

test('a sink that is new does not hear of the past, but of what just happened', async () => {
  const { down, send, pass, messages } = telling([FILE]);
  down('long-ago');
  pass(HOUR);
  down('just-now');
  await send();
  expect(messages()).toEqual(['just-now is down']);
});

test('a sink that is new and hears nothing misses nothing from then on', async () => {
  const { down, send, pass, messages } = telling([FILE]);
  down('long-ago');
  pass(HOUR);
  await send();
  down('gitea');
  pass(HOUR);
  await send();
  expect(messages()).toEqual(['gitea is down']);
});

describe('a sink that fails', () => {
  const failing = async (statuses: number[]) => {
    const { url, heard } = await listener(() => ({ status: statuses.shift() ?? 200 }));
    const household = telling([{ webhook: url }, FILE]);
    const got = () =>
      heard.map(({ body }) => (JSON.parse(body) as Alert).message.replace(/^[^:]*: /, ''));
    return { ...household, got };
  };

  test('is tried again with the next round, nothing is lost, and the others go on', async () => {
    const { down, send, got, messages } = await failing([500, 500]);
    down('gitea');
    down('ollama');
    await send();
    await send();
    await send();
    expect(got()).toEqual(['gitea is down', 'gitea is down', 'gitea is down', 'ollama is down']);
    expect(messages()).toEqual(['gitea is down', 'ollama is down']);
  });

  test('is told of once an hour, as an event that itself alerts nobody', async () => {
    const { down, send, household, pass, messages } = await failing([500, 500, 500, 500]);
    down('gitea');
    await send();
    await send();
    expect(readEvents(household, { type: 'alert.failed' })).toHaveLength(1);
    pass(2 * HOUR);
    await send();
    expect(readEvents(household, { type: 'alert.failed' })).toHaveLength(2);
    expect(messages()).toEqual(['gitea is down']);
  });

  test('with what it will never take is told the next', async () => {
    const { down, send, got, household } = await failing([400]);
    down('gitea');
    down('ollama');
    await send();
    expect(got()).toEqual(['gitea is down', 'ollama is down']);
    expect(readEvents(household, { type: 'alert.failed' })).toHaveLength(1);
  });

  test('for more than a day is not told what is no longer news', async () => {
    const { down, send, got, pass } = await failing([500]);
    down('gitea');
    await send();
    pass(25 * HOUR);
    down('ollama');
    await send();
    expect(got()).toEqual(['gitea is down', 'ollama is down']);
  });

  test('and asks to wait is not asked before', async () => {
    const { url, heard } = await listener(() => ({
      status: heard.length === 1 ? 429 : 200,
      headers: { 'retry-after': '600' },
    }));
    const { down, send, pass } = telling([{ webhook: url }]);
    down('gitea');
    await send();
    pass(5 * MINUTE);
    await send();
    expect(heard).toHaveLength(1);
    pass(6 * MINUTE);
    await send();
    expect(heard).toHaveLength(2);
  });

  test('and asks to wait for longer than any news lasts is asked again', async () => {
    const { url, heard } = await listener(() => ({
      status: heard.length === 1 ? 429 : 200,
      headers: { 'retry-after': '999999' },
    }));
    const { down, send, pass } = telling([{ webhook: url }]);
    down('gitea');
    await send();
    pass(25 * HOUR);
    down('ollama');
    await send();
    expect(heard).toHaveLength(2);
  });

  test('and asked to wait while the clock stood wrong is asked again once it stands right', async () => {
    const { url, heard } = await listener(() => ({
      status: heard.length === 1 ? 429 : 200,
      headers: { 'retry-after': '600' },
    }));
    const { down, send, pass } = telling([{ webhook: url }]);
    pass(365 * 24 * HOUR);
    down('gitea');
    await send();
    pass(-365 * 24 * HOUR);
    await send();
    expect(heard).toHaveLength(2);
  });
});

test('a house whose memory was lost is heard of again', async () => {
  const { happen, send, messages, ezra, house, pass, now } = telling([FILE]);
  for (const task of ['T-1', 'T-2']) happen({ type: 'task.review', task });
  await send();
  ezra.close();
  for (const end of ['', '-wal', '-shm']) rmSync(`${house.paths.database}${end}`, { force: true });
  pass(HOUR);
  const anew = openHouseDatabase(house.paths.database);
  recordEvent(anew, now(), { type: 'task.review', task: 'T-3' });
  anew.close();
  await send();
  expect(messages().at(-1)).toContain('T-3 waits for approval');
});

test('two who send at the same time tell each thing once', async () => {
  const { url, heard } = await listener();
  const { down, send } = telling([{ webhook: url }]);
  for (const service of ['a', 'b', 'c']) down(service);
  await Promise.all([send(), send(), send()]);
  expect(heard).toHaveLength(3);
});

test('another choice of events makes no other sink, the same one twice is one', async () => {
  const { down, send, messages } = telling([FILE, FILE]);
  down('gitea');
  await send();
  const both = householdSchema.parse({ alerts: { to: [{ ...FILE, events: ['service.'] }] } });
  await send(both);
  expect(messages()).toEqual(['gitea is down']);
});

test('no place to tell costs nothing, not even a lock', async () => {
  const { down, send, root } = telling([]);
  down('gitea');
  expect(await send()).toEqual([]);
  expect(existsSync(join(root, 'logs'))).toBe(false);
});

test('a test goes to every place and says how each went', async () => {
  const { test: sendIt, messages } = telling([FILE, { file: '../x' }]);
  expect(await sendIt()).toEqual([
    { sink: 'file alerts.jsonl', problem: null },
    { sink: 'file ../x', problem: expect.stringContaining('inside the household') },
  ]);
  expect(messages()).toEqual(['a test, sent by hand']);
});

test('the latest can be looked at, with how each place stands', async () => {
  const { down, send, root, settings, happen } = telling([FILE, { file: '../x' }]);
  down('gitea');
  happen({ type: 'task.completed', task: 'T-1' });
  await send();
  down('gitea');
  await send();
  const { alerts, sinks } = await recentAlerts(root, settings, { since: 0, limit: 20 });
  expect(alerts.map(({ type }) => type)).toEqual(['service.down', 'service.down']);
  expect(sinks).toMatchObject([
    { held: 1, failure: null },
    { lastSent: null, failure: expect.stringContaining('inside the household') },
  ]);
});

test('of two places that go by one name each stands for itself', async () => {
  const { url } = await listener(({ path }) => ({ status: path === '/well' ? 200 : 503 }));
  const places = ['/well', '/ill'].map((path) => ({ webhook: url + path }));
  const { down, send, root, settings } = telling(places);
  down('gitea');
  await send();
  const { sinks } = await recentAlerts(root, settings, { since: 0, limit: 20 });
  expect(sinks).toMatchObject([{ failure: null }, { lastSent: null, failure: 'it answered 503' }]);
  const { sinks: turned } = await recentAlerts(
    root,
    householdSchema.parse({ alerts: { to: [...places].reverse() } }),
    { since: 0, limit: 20 },
  );
  expect(turned).toMatchObject([{ failure: 'it answered 503' }, { failure: null }]);
});
