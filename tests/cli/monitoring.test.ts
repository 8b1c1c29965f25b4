import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../../lib/records/event-store.ts';
import { openHouseholdDatabase } from '../../lib/records/household-db.ts';
import { freePort } from '../support/free-port.ts';
import { testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';
import { listener } from '../support/listener.ts';
import { robed } from '../support/robed.ts';
import { testService } from '../support/service.ts';

const NAMES = ['ezra', 'bezalel', 'allegro', 'primus'];

/** Five houses on one root, with the services and places of robed.yaml. */
function household(settings: object) {
  const { root } = testHouse('', { name: 'timmy' });
  for (const name of NAMES) testHouse('', { name, root });
  writeFileSync(join(root, 'robed.yaml'), JSON.stringify(settings));
  const events = () => {
    const db = openHouseholdDatabase(root);
    try {
      return readEvents(db).map(({ type }) => type);
    } finally {
      db.close();
    }
  };
  return { root, events };
}

test('five houses whose lines fire in the same minute start a service once', async () => {
  const home = household({});
  const service = await testService(home.root);
  const alert = await listener();
  writeFileSync(
    join(home.root, 'robed.yaml'),
    JSON.stringify({
      services: { ollama: { url: service.url, restart: service.argv } },
      alerts: { to: [{ webhook: alert.url }] },
    }),
  );
  const names = ['timmy', ...NAMES];
  const ran = await Promise.all(
    names.map((wizard) => launched(home.root, ['self-monitor', '--wizard', wizard])),
  );
  expect(ran.map(({ status, stderr }) => [status, stderr])).toEqual(names.map(() => [0, '']));
  expect(service.pids()).toHaveLength(1);
  expect(home.events()).toEqual(['service.down', 'service.restarted', 'service.up']);
  expect(alert.heard.filter(({ body }) => body.includes('service.down'))).toHaveLength(1);
  // Who started it has ended; it goes on.
  expect(await (await fetch(service.url)).text()).toBe('I am the test service');
});

describe('self-monitor', () => {
  test('says what is new, and then nothing, so that cron mails nothing', async () => {
    const { root } = household({
      services: { gitea: { url: `http://127.0.0.1:${await freePort()}/` } },
    });
    const first = robed(['self-monitor', '--root', root]);
    expect([first.status, first.stdout, first.stderr]).toEqual([
      0,
      'gitea is down (nothing listens there (connection refused))\n',
      '',
    ]);
    expect(robed(['self-monitor', '--root', root])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('tells programs all that it sees', async () => {
    const { root } = household({ monitor: { disk: 100 } });
    const { status, stdout } = robed(['self-monitor', '--json', '--root', root]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      dryRun: false,
      machine: { disk: { share: expect.any(Number) } },
      services: [],
      findings: [{ code: 'disk' }, ...(stdout.includes('"inodes","subject"') ? [{}] : [])],
      wizards: ['allegro', 'bezalel', 'ezra', 'primus', 'timmy'].map((wizard) => ({
        wizard,
        up: false,
        progress: { state: 'quiet' },
        findings: [],
      })),
      alerts: [],
    });
  });

  test('names the line of a robed.yaml that is not as it must be', () => {
    const { root } = household({});
    writeFileSync(join(root, 'robed.yaml'), 'father: ezra\nservices:\n  x: {urll: y}\n');
    const { status, stderr } = robed(['self-monitor', '--root', root]);
    expect(status).toBe(78);
    expect(stderr).toContain('robed.yaml:3');
  });
});

describe('alerts', () => {
  test('are listed, tested, sent, and the exit code says where one fails', () => {
    const { root } = household({ alerts: { to: [{ file: 'a.jsonl' }] } });
    const run = (...argv: string[]) => robed(['alerts', ...argv, '--root', root]);
    expect(run().stdout).toContain('nothing was worth an alert in the last 30 days');
    expect(run('test')).toMatchObject({ status: 0, stdout: 'file a.jsonl: ok\n' });
    expect(readFileSync(join(root, 'a.jsonl'), 'utf8').split('\n')).toHaveLength(2);
    expect(run('send')).toMatchObject({ status: 0, stdout: '' });
    writeFileSync(join(root, 'robed.yaml'), 'alerts: {to: [{file: ../a.jsonl}]}\n');
    expect(run('test')).toMatchObject({ status: 1 });
    expect(run('sned')).toMatchObject({ status: 2 });
    expect(JSON.parse(run('--json').stdout)).toMatchObject({
      version: 1,
      alerts: [],
      sinks: [{ sink: 'file ../a.jsonl', lastSent: null }],
    });
  });

  test('say what to do where robed.yaml names no place', () => {
    const { root } = household({});
    const { status, stderr } = robed(['alerts', 'test', '--root', root]);
    expect([status, stderr]).toEqual([
      0,
      'robed: robed.yaml names no place for alerts\n  add one under alerts.to: docs/household.md\n',
    ]);
  });
});
