import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { writeGatewayRecord } from '../../lib/houses/gateway-record.ts';
import { type House, loadHouse } from '../../lib/houses/household.ts';
import { probeOpenClaw, startOpenClaw, stopOpenClaw } from '../../lib/houses/openclaw-gateway.ts';
import { identify, liveness } from '../../lib/platform/identity.ts';
import { type Behaviour, fakeOpenclaw, QUICK } from '../support/fake-openclaw.ts';
import { freePort, squat } from '../support/free-port.ts';
import { type SettableClock, settableClock } from '../support/house.ts';
import { testHouse } from '../support/household.ts';
import { OPENCLAW_ANSWERS } from '../support/openclaw-answers.ts';
import { until } from '../support/until.ts';

const SECRET = 'sk-of-the-parent';

async function robed(behaviour: Behaviour = QUICK, clock: SettableClock = settableClock()) {
  const port = await freePort();
  const settings = `robe: {port: ${port}, patience: 60s, program: ${fakeOpenclaw(behaviour)}}\n`;
  const made = testHouse('# Work queue\n', { settings });
  const house = await loadHouse(made.root, made.name);
  const environment = { PATH: process.env['PATH'], API_KEY: SECRET, OPENCLAW_GATEWAY_PORT: '1' };
  const deps = { clock, environment, sleep };
  onTestFinished(async () => void (await stopOpenClaw(house, deps)));
  const probe = () => probeOpenClaw(house, deps);
  return {
    ...{ house, port, clock, probe, record: join(house.paths.robe, 'gateway.json') },
    start: () => startOpenClaw(house, deps),
    stop: () => stopOpenClaw(house, deps),
    becomes: (state: string) => until(state, async () => (await probe()).state === state),
    seen: () => readSeen(house),
  };
}

const readSeen = ({ paths }: House) =>
  JSON.parse(readFileSync(join(paths.robe, 'seen.json'), 'utf8')) as {
    args: string[];
    env: Record<string, string>;
  };

/** Some process of ours that is no robe. */
function bystander(env: NodeJS.ProcessEnv = {}): ChildProcess & { pid: number } {
  const child = spawn('sleep', ['600'], { env: { PATH: process.env['PATH'], ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child as ChildProcess & { pid: number };
}

const recordOf = (pid: number) => {
  const identity = identify(pid);
  if (identity === null) throw new Error(`no process ${pid}`);
  return { identity, startedAt: Date.now() };
};

it('is none where house.yaml names no robe', async () => {
  const made = testHouse('# Work queue\n');
  const house = await loadHouse(made.root, made.name);
  const state = await probeOpenClaw(house, { clock: systemClock, environment: {} });
  expect(state.state).toBe('none');
});

it('is stopped, starting, running, and stopped again', async () => {
  const robe = await robed({ listens: 100, started: 1500 });
  expect(await robe.probe()).toMatchObject({ state: 'stopped' });
  const pid = await robe.start();
  await robe.becomes('starting');
  await robe.becomes('running');
  expect(await robe.probe()).toMatchObject({ state: 'running', pid, version: '2026.9.6' });
  expect(await robe.stop()).toBe(true);
  expect(await robe.probe()).toMatchObject({ state: 'stopped' });
  expect(await robe.stop()).toBe(false);
});

it('is started once, however often and at once that is asked', async () => {
  const robe = await robed();
  const asked = await Promise.allSettled([robe.start(), robe.start(), robe.start()]);
  const pid = await robe.start();
  for (const one of asked) {
    if (one.status === 'fulfilled') expect(one.value).toBe(pid);
    else expect(one.reason).toMatchObject({ exitCode: 75 });
  }
});

it('gets a token by its environment, a folder of its own, and nothing of its parent', async () => {
  const robe = await robed();
  await robe.start();
  await robe.becomes('running');
  const { args, env } = robe.seen();
  const token = readFileSync(join(robe.house.paths.robe, 'gateway.token'), 'utf8').trim();
  expect(env).toMatchObject({
    OPENCLAW_STATE_DIR: robe.house.paths.robe,
    OPENCLAW_GATEWAY_TOKEN: token,
    OPENCLAW_SKIP_CHANNELS: '1',
    OPENCLAW_SKIP_CRON: '1',
  });
  expect(Object.values(env)).not.toContain(SECRET);
  expect(env).not.toHaveProperty('OPENCLAW_GATEWAY_PORT');
  expect(args.join(' ')).not.toContain(token);
  const mode = (path: string) => statSync(join(robe.house.paths.robe, path)).mode & 0o777;
  expect([mode('.'), mode('gateway.token'), mode('openclaw.json')]).toEqual([0o700, 0o600, 0o600]);
});

it.each([
  [
    'plain JSON',
    '{"channels":{"telegram":{}},"gateway":{"auth":{"mode":"token"}}}',
    undefined,
    '1',
  ],
  ['JSON with comments', '{ /* mine */ channels: {} }', undefined, undefined],
])(
  'leaves to a person what their openclaw.json says, in %s',
  async (_what, text, channels, cron) => {
    const robe = await robed();
    mkdirSync(robe.house.paths.robe, { recursive: true, mode: 0o700 });
    writeFileSync(join(robe.house.paths.robe, 'openclaw.json'), text);
    await robe.start();
    await robe.becomes('running');
    const { args, env } = robe.seen();
    expect(args).not.toContain('--auth');
    expect(env['OPENCLAW_GATEWAY_TOKEN']).toBeUndefined();
    expect([env['OPENCLAW_SKIP_CHANNELS'], env['OPENCLAW_SKIP_CRON']]).toEqual([channels, cron]);
    expect(readFileSync(join(robe.house.paths.robe, 'openclaw.json'), 'utf8')).toBe(text);
  },
);

it('is degraded where its process is up and its port stays closed longer than patience', async () => {
  const robe = await robed({ listens: null, started: null });
  await robe.start();
  expect((await robe.probe()).state).toBe('starting');
  robe.clock.advance(61_000);
  expect(await robe.probe()).toMatchObject({ state: 'degraded' });
});

it('is degraded where it listens and gives no answer', async () => {
  const robe = await robed({ ...QUICK, mute: true });
  await robe.start();
  await until('it writes what it saw', () =>
    statSync(join(robe.house.paths.robe, 'seen.json'), { throwIfNoEntry: false }),
  );
  robe.clock.advance(61_000);
  await robe.becomes('degraded');
});

it('is foreign where somebody else answers, even word for word as OpenClaw does', async () => {
  const robe = await robed();
  await squat(robe.port, OPENCLAW_ANSWERS.live.text);
  const state = await robe.probe();
  expect(state).toMatchObject({ state: 'foreign' });
  expect(state.detail).toContain(`process ${process.pid}`);
  expect(await robe.stop()).toBe(false);
});

it('names the house that the robe on its port belongs to', async () => {
  const robe = await robed();
  const serve = `require('node:http').createServer((_, r) => r.end()).listen(${robe.port}, '127.0.0.1', () => console.log())`;
  const other = spawn(process.execPath, ['-e', serve], {
    env: { OPENCLAW_STATE_DIR: '/there/robe' },
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  expect((await robe.probe()).detail).toMatch(
    new RegExp(`taken by process ${other.pid} \\(.+\\) of /there/robe$`),
  );
});

it('is stopped after kill -9, whatever its record says', async () => {
  const robe = await robed();
  const pid = await robe.start();
  await robe.becomes('running');
  process.kill(pid, 'SIGKILL');
  await robe.becomes('stopped');
  expect(JSON.parse(readFileSync(robe.record, 'utf8'))).toMatchObject({ identity: { pid } });
});

it('takes no process for its own that has the pid of a dead one', async () => {
  const robe = await robed();
  const { pid } = bystander({ OPENCLAW_STATE_DIR: robe.house.paths.robe });
  const { identity, startedAt } = recordOf(pid);
  mkdirSync(robe.house.paths.robe, { mode: 0o700 });
  writeGatewayRecord(robe.record, { identity: { ...identity, start: '1' }, startedAt });
  expect((await robe.probe()).state).toBe('stopped');
  expect(await robe.stop()).toBe(false);
  expect(liveness(identity)).toBe('alive');
});

it('ends no process that a forged record names', async () => {
  const robe = await robed();
  const { pid } = bystander();
  const record = recordOf(pid);
  mkdirSync(robe.house.paths.robe, { mode: 0o700 });
  writeGatewayRecord(robe.record, record);
  expect((await robe.probe()).state).toBe('stopped');
  expect(await robe.stop()).toBe(false);
  expect(liveness(record.identity)).toBe('alive');
});

it.each(['', 'no JSON', '[]', '{"identity":{"pid":"1"}}', '{"identity":null,"startedAt":1}'])(
  'is stopped where its record says %j',
  async (text) => {
    const robe = await robed();
    mkdirSync(robe.house.paths.robe, { mode: 0o700 });
    writeFileSync(robe.record, text);
    expect((await robe.probe()).state).toBe('stopped');
  },
);

it('knows a gateway that a person started for this house, and leaves its end to them', async () => {
  const robe = await robed();
  const { robe: folder } = robe.house.paths;
  mkdirSync(folder, { mode: 0o700 });
  const program = robe.house.settings.robe?.program ?? '';
  const env = { PATH: process.env['PATH'], OPENCLAW_STATE_DIR: folder };
  const child = spawn(program, ['gateway', 'run', '--port', String(robe.port)], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  await robe.becomes('running');
  expect(await robe.probe()).toMatchObject({ pid: child.pid });
  await expect(robe.stop()).rejects.toThrow(`found process ${child.pid}`);
  child.kill('SIGKILL');
  await robe.becomes('stopped');
});

it('says what is missing where its program is', async () => {
  const made = testHouse('# Work queue\n', {
    settings: 'robe: {port: 18000, program: openclaw-of-nobody}\n',
  });
  const house = await loadHouse(made.root, made.name);
  const started = startOpenClaw(house, { clock: systemClock, environment: { PATH: '/usr/bin' } });
  await expect(started).rejects.toThrow('there is no program openclaw-of-nobody');
});
