import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PingPhase, pingJob, pingUrl } from '../../../lib/operations/alerts/ping-job.ts';
import { quietUntil } from '../../../lib/operations/quiet-stamp.ts';
import { bench } from '../../support/bench.ts';
import { task, testHouse } from '../../support/household.ts';
import { emptyHousehold } from '../../support/household-database.ts';
import { launched } from '../../support/launched.ts';
import { listener } from '../../support/listener.ts';

test.each<[string, PingPhase, string]>([
  ['https://hc.example.com/uuid', 'start', 'https://hc.example.com/uuid/start'],
  ['https://hc.example.com/uuid', 'success', 'https://hc.example.com/uuid'],
  ['https://hc.example.com/uuid/', 'fail', 'https://hc.example.com/uuid/fail'],
  ['https://hc.example.com/uuid?a=b', 'fail', 'https://hc.example.com/uuid/fail?a=b'],
])('%s at its %s is %s', (address, phase, url) => {
  expect(pingUrl(address, phase).href).toBe(url);
});

test('a ping is for its job, and for its wizard where it names one', async () => {
  const { url, heard } = await listener();
  const { root } = emptyHousehold();
  const to = [
    `{ping: "${url}/all", job: dispatch}`,
    `{ping: "${url}/ezra", job: dispatch, wizard: ezra}`,
    `{ping: "${url}/other", job: heartbeat}`,
  ];
  writeFileSync(join(root, 'robed.yaml'), `alerts: {to: [${to.join(', ')}]}\n`);
  const paths = async (wizard: string | null) => {
    heard.length = 0;
    await pingJob(root, wizard, 'dispatch', 'success');
    return heard.map(({ path }) => path).sort();
  };
  expect(await paths('ezra')).toEqual(['/all', '/ezra']);
  expect(await paths('allegro')).toEqual(['/all']);
  expect(await paths(null)).toEqual(['/all', '/ezra']);
});

test.each([
  ['there is no robed.yaml', null],
  ['it can’t be read', 'alerts: {to: [{ping: ['],
  ['nobody listens', 'alerts: {to: [{ping: "http://127.0.0.1:1/x", job: dispatch}]}'],
])('a job goes on where %s', async (_, text) => {
  const { root } = emptyHousehold();
  if (text !== null) writeFileSync(join(root, 'robed.yaml'), text);
  await expect(pingJob(root, null, 'dispatch', 'start')).resolves.toBeUndefined();
});

describe('a command that cron runs', () => {
  const household = async () => {
    const { url, heard } = await listener();
    const house = testHouse(task('T-1', 'echo this is done'));
    const ping = `{ping: "${url}/uuid", job: dispatch}`;
    writeFileSync(join(house.root, 'robed.yaml'), `alerts: {to: [${ping}]}\n`);
    const run = async (...argv: string[]) => {
      const { status } = await launched(house.root, argv);
      return { status, pings: heard.splice(0).map(({ path }) => path) };
    };
    return { house, run };
  };

  test('tells when it starts and that it went well', async () => {
    const { run } = await household();
    expect(await run('dispatch')).toEqual({ status: 0, pings: ['/uuid/start', '/uuid'] });
  });

  test('tells when it fails', async () => {
    const { run, house } = await household();
    writeFileSync(house.paths.settings, 'queue: [');
    expect(await run('dispatch')).toEqual({ status: 78, pings: ['/uuid/start', '/uuid/fail'] });
  });

  test('tells nothing of a dry run, and other commands never do', async () => {
    const { run, house } = await household();
    mkdirSync(house.paths.completed, { recursive: true });
    expect((await run('dispatch', '--dry-run')).pings).toEqual([]);
    expect((await run('status')).pings).toEqual([]);
    expect((await run('task-monitor')).pings).toEqual([]);
  });
});

test('a job that somebody listens to is never skipped for being idle', async () => {
  const house = await bench('# Nothing here\n');
  await house.dispatch();
  expect(quietUntil(house.context, await house.dispatch())).not.toBeNull();
  const to = '[{ping: "https://hc.example.com/uuid", job: dispatch}]';
  writeFileSync(join(house.root, 'robed.yaml'), `alerts: {to: ${to}}\n`);
  expect(quietUntil(house.context, await house.dispatch())).toBeNull();
});
