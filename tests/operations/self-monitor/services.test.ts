import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { householdSchema } from '../../../lib/houses/household-settings.ts';
import {
  type ServiceReport,
  watchServices,
} from '../../../lib/operations/self-monitor/watch-services.ts';
import { identify, liveness } from '../../../lib/platform/identity.ts';
import { readEvents } from '../../../lib/records/event-store.ts';
import { uptime } from '../../../lib/records/probe-store.ts';
import { freePort } from '../../support/free-port.ts';
import { emptyHousehold } from '../../support/household-database.ts';
import { startByHand, testService } from '../../support/service.ts';

const MINUTE = 60_000;

/** A household whose self-monitor can be called again and again, at times of one's own. */
function watching(services: Record<string, unknown>, restarts: object = {}) {
  const { root, db } = emptyHousehold();
  const settings = householdSchema.parse({ services, monitor: { restarts } });
  let passed = 0;
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() };
  const environment = { PATH: process.env['PATH'], API_SERVER_KEY: 'a key of another program' };
  return {
    root,
    db,
    pass: (ms: number) => {
      passed += ms;
    },
    look: async (dryRun = false): Promise<ServiceReport> => {
      // The second look need not wait as long here.
      const means = { clock, environment, sleep: (ms: number) => sleep(Math.min(ms, 50)) };
      const [report] = await watchServices(root, db, settings, means, { dryRun });
      return report as ServiceReport;
    },
    events: () => readEvents(db).map(({ type }) => type),
  };
}

async function household(more: object = {}, restarts: object = {}) {
  const { root } = emptyHousehold();
  const service = await testService(root);
  const { url, argv } = service;
  const watch = watching(
    { gitea: { url, expect: 'test service', restart: argv, ...more } },
    restarts,
  );
  return { ...watch, service };
}

describe('a service that is down', () => {
  test('is told, started, and up again, each as an event', async () => {
    const { look, events, service, pass, db, root } = await household();
    await startByHand(service);
    await look();
    service.kill();
    pass(5 * MINUTE);
    expect(await look()).toMatchObject({ state: 'up', steps: ['down', 'restart', 'up'] });
    expect(events()).toEqual(['service.down', 'service.restarted', 'service.up']);
    expect(service.pids()).toHaveLength(2);
    expect(await (await fetch(service.url)).text()).toContain('test service');
    expect(readFileSync(join(root, 'logs', 'services', 'gitea.log'), 'utf8')).toBe('serving\n');
    expect(uptime(db, 'gitea', 0, Number.MAX_SAFE_INTEGER)).toMatchObject({
      share: 0.5,
      probes: 2,
    });
  });

  test('gets nothing of our environment but what any program needs', async () => {
    const { look, service } = await household();
    await look();
    expect(service.starts()).toHaveLength(1);
    expect(service.starts()[0]).not.toHaveProperty('API_SERVER_KEY');
    expect(service.starts()[0]?.['PATH']).toContain('/bin');
  });

  test('is only told of where robed.yaml names no command', async () => {
    const { look, events } = watching({ gitea: { url: `http://127.0.0.1:${await freePort()}/` } });
    expect(await look()).toMatchObject({ state: 'down', steps: ['down'] });
    expect(events()).toEqual(['service.down']);
  });

  test('is not started with a dry run, and nothing is kept of it', async () => {
    const { look, events, service } = await household();
    expect(await look(true)).toMatchObject({ steps: ['down', 'restart'] });
    expect([events(), service.pids()]).toEqual([[], []]);
    expect(await look()).toMatchObject({ steps: ['down', 'restart', 'up'] });
  });
});

describe('a service that stays down', () => {
  test('is started ever more seldom, then given up, and a person is called', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { look, events, pass } = watching(
      { gitea: { url, restart: ['false'] } },
      { first: '10m', limit: 2 },
    );
    const steps: string[][] = [];
    for (let minute = 0; minute <= 60; minute += 5) {
      steps.push((await look()).steps);
      pass(5 * MINUTE);
    }
    const at = (step: string) =>
      steps.flatMap((one, index) => (one.includes(step as never) ? [index * 5] : []));
    expect([at('down'), at('restart'), at('give-up')]).toEqual([[0], [0, 10], [30]]);
    expect(events()).toEqual([
      'service.down',
      'service.restarted',
      'service.restarted',
      'service.given_up',
    ]);
  });

  test('is taken up again once somebody started it', async () => {
    const { look, service, pass, events, root } = await household(
      { restart: ['false'] },
      { limit: 1, first: '1m' },
    );
    for (const _ of [1, 2]) {
      await look();
      pass(5 * MINUTE);
    }
    await startByHand(service);
    expect(await look()).toMatchObject({ state: 'up', restarts: 0, steps: ['up'] });
    expect(events().at(-1)).toBe('service.up');
    expect(existsSync(join(root, 'logs', 'services', 'gitea.log'))).toBe(true);
  });

  test.each([
    ['false', 'its restart command failed (exit 1)'],
    ['no-such-program', 'its restart command no-such-program is not there'],
  ])('says what became of its command: %s', async (program, detail) => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { look } = watching({ gitea: { url, restart: [program] } });
    expect(await look()).toMatchObject({ state: 'down', detail });
  });

  test('does not leave a command behind that neither ends nor helps', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { root } = emptyHousehold();
    const note = join(root, 'pid');
    const restart = ['sh', '-c', `sh -c 'echo $$ > ${note}; sleep 600' & sleep 600`];
    const { look } = watching({ gitea: { url, restart, patience: '1s' } });
    expect((await look()).detail).toContain('took too long');
    const pid = Number(readFileSync(note, 'utf8'));
    const left = identify(pid);
    expect(left === null || liveness(left) === 'dead').toBe(true);
  });
});

test('one bad answer is looked at again before it counts', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(asked === 1 ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { look, events } = watching({ gitea: { url: `http://127.0.0.1:${port}/` } });
  expect(await look()).toMatchObject({ state: 'up' });
  expect([asked, events()]).toEqual([2, []]);
});

test('whatever else listens there is not the service', async () => {
  const { look, service } = await household({ expect: 'Gitea', restart: undefined });
  await startByHand(service);
  const { state, detail } = await look();
  expect([state, detail]).toEqual(['down', 'what answers there does not say "Gitea"']);
});

test('who comes a moment later takes over what was seen', async () => {
  const { look, pass, service } = await household({ restart: undefined });
  await startByHand(service);
  await look();
  service.kill();
  expect(await look()).toMatchObject({ state: 'up', probed: false });
  pass(MINUTE);
  expect(await look()).toMatchObject({ state: 'down', probed: true });
});

test('a service can be told by its process', async () => {
  const { root } = emptyHousehold();
  const service = await testService(root, 'told-by-process');
  const { look, pass } = watching({ it: { process: `told-by-process.mjs` } });
  expect(await look()).toMatchObject({ state: 'down' });
  await startByHand(service);
  pass(MINUTE);
  const { state, detail } = await look();
  expect([state, detail]).toEqual(['up', `process ${service.pids()[0]}`]);
});

test('what can’t be told is neither down nor started', async () => {
  const { root } = emptyHousehold();
  const note = join(root, 'started');
  writeFileSync(join(root, 'systemctl'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = `${root}:${path}`;
  onTestFinished(() => {
    process.env['PATH'] = path;
  });
  const { look, events } = watching({ it: { unit: 'it.service', restart: ['touch', note] } });
  expect(await look()).toMatchObject({ state: 'unknown', steps: [] });
  expect([events(), existsSync(note)]).toEqual([[], false]);
});

test('a log that grew large is put aside at the next start', async () => {
  const { look, root, service, pass } = await household();
  await look();
  const log = join(root, 'logs', 'services', 'gitea.log');
  writeFileSync(log, 'x'.repeat(6 * 1024 * 1024));
  service.kill();
  pass(5 * MINUTE);
  await look();
  expect([readFileSync(log, 'utf8'), statSync(`${log}.1`).size]).toEqual([
    'serving\n',
    6 * 1024 * 1024,
  ]);
});
