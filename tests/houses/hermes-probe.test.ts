import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hermesApi } from '../../lib/houses/hermes-api.ts';
import { readDetailed, readHealth } from '../../lib/houses/hermes-health.ts';
import { type HermesSight, judgeHermes } from '../../lib/houses/hermes-probe.ts';
import { hermesProcess } from '../../lib/houses/hermes-process.ts';
import { identify } from '../../lib/platform/identity.ts';

const OWN = { identity: { pid: 42, start: '1', boot: 'b' }, startedAt: 0 };
const OTHER = { pid: 77, command: 'python' };
const HERE = { pid: 42, command: 'hermes' };

const sight = (given: Partial<HermesSight>): HermesSight => ({
  port: 8742,
  health: { says: 'nothing' },
  own: null,
  launched: null,
  listeners: [],
  livesHere: () => false,
  homeOf: () => null,
  said: { state: '', reason: '', pid: null },
  age: 1000,
  patience: 120_000,
  ...given,
});

const hermes = (pid: number | null, draining = false) =>
  ({ says: 'hermes', version: '0.19.0', pid, draining }) as const;

it.each<[string, Partial<HermesSight>, string]>([
  ['running', { health: hermes(42), own: OWN }, 'Hermes 0.19.0 on port 8742, process 42'],
  ['running', { health: hermes(50), livesHere: (pid) => pid === 50 }, 'process 50'],
  ['running', { health: hermes(null), own: OWN, listeners: [HERE] }, 'process 42'],
  ['draining', { health: hermes(42, true), own: OWN }, 'finishes its work'],
  ['draining', { own: OWN, said: { state: 'draining', reason: '', pid: 42 } }, 'is ending'],
  ['starting', { own: OWN }, 'process 42 has been starting for 1s'],
  ['starting', { launched: OWN }, 'process 42 has been starting'],
  ['starting', { health: { says: 'silent' }, own: OWN, listeners: [HERE] }, 'has been starting'],
  ['degraded', { own: OWN, age: 130_000 }, 'process 42 is up, but port 8742 is closed'],
  // What another process left in the file is no word of this one.
  [
    'degraded',
    { own: OWN, age: 130_000, said: { state: 'draining', reason: '', pid: 9 } },
    'closed',
  ],
  [
    'degraded',
    { health: { says: 'silent' }, own: OWN, listeners: [HERE], age: 130_000 },
    'does not answer as Hermes’ API',
  ],
  [
    'degraded',
    { health: { says: 'refused', version: '' }, own: OWN, listeners: [HERE] },
    'does not take the key in home/.env',
  ],
  ['stopped', {}, 'nothing listens on port 8742'],
  // After SIGTERM the file still says `running`, and means nothing.
  ['stopped', { said: { state: 'running', reason: '', pid: 42 } }, 'nothing listens'],
  [
    'stopped',
    { said: { state: 'startup_failed', reason: 'api_server: Port in use', pid: 1 } },
    'last start: api_server: Port in use',
  ],
  ['foreign', { health: hermes(77), own: OWN, listeners: [OTHER] }, "another home's Hermes"],
  [
    'foreign',
    {
      health: hermes(77),
      listeners: [OTHER],
      homeOf: (pid) => (pid === 77 ? '/there/home' : null),
    },
    'process 77 (python) of /there/home',
  ],
  [
    'foreign',
    { health: { says: 'refused', version: '' }, own: OWN, listeners: [OTHER] },
    "does not take this house's key, process 77 (python)",
  ],
  [
    'foreign',
    { health: { says: 'other', platform: 'webhook' }, listeners: [OTHER] },
    "taken by Hermes' webhook platform, process 77",
  ],
  ['foreign', { health: { says: 'other', platform: '' } }, "taken by somebody else's process"],
  ['foreign', { health: { says: 'silent' }, listeners: [OTHER] }, 'gives no answer'],
])('%s: %j', (state, given, detail) => {
  const seen = judgeHermes(sight(given));
  expect(seen.state).toBe(state);
  expect(seen.detail).toContain(detail);
});

const answer = (status: number, body: object) => ({
  status,
  headers: {},
  text: JSON.stringify(body),
});

it('takes only what names itself for Hermes, and only with a key for ours', () => {
  const named = { status: 'ok', platform: 'hermes-agent', version: '0.19.0' };
  expect(readHealth(answer(200, named))).toEqual({ says: 'refused', version: '0.19.0' });
  expect(readHealth(answer(200, { status: 'ok', platform: 'webhook' }))).toMatchObject({
    says: 'other',
  });
  expect(readHealth(answer(500, named))).toMatchObject({ says: 'other' });
  expect(readHealth({ error: '', code: 'ECONNREFUSED' })).toEqual({ says: 'nothing' });
  expect(readHealth({ error: '', code: 'HTTP_TIMEOUT' })).toEqual({ says: 'silent' });
  const detailed = { ...named, gateway_state: 'draining', pid: 42 };
  expect(readDetailed(200, detailed, '0.19.0')).toEqual(hermes(42, true));
  expect(readDetailed(401, { error: {} }, '0.19.0')).toMatchObject({ says: 'refused' });
});

const newHome = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'robed-home-')));

/** A process with this HERMES_HOME, until the test ends. */
async function living(home: string): Promise<number> {
  const child = spawn('sleep', ['600'], { env: { HERMES_HOME: home } });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  return child.pid as number;
}

const leaves = (home: string, file: string, record: object): void =>
  writeFileSync(join(home, file), JSON.stringify(record));

const startOf = (pid: number): number => Number(identify(pid)?.start);

it.each(['gateway.lock', 'gateway.pid'])('finds its process by %s', async (file) => {
  const home = newHome();
  expect(hermesProcess(home)).toBe(null);
  const pid = await living(home);
  leaves(home, file, { pid, kind: 'hermes-gateway', start_time: startOf(pid) });
  expect(hermesProcess(home)?.identity.pid).toBe(pid);
});

it('never takes another process under the same number for it', async () => {
  const home = newHome();
  const pid = await living(home);
  leaves(home, 'gateway.lock', { pid, start_time: startOf(pid) - 1 });
  expect(hermesProcess(home)).toBe(null);
  leaves(home, 'gateway.lock', { pid: 2 ** 31 - 2, start_time: 1 });
  expect(hermesProcess(home)).toBe(null);
  leaves(home, 'gateway.lock', { pid: 'x' });
  expect(hermesProcess(home)).toBe(null);
});

it('never takes the gateway of the house that this one is a copy of', async () => {
  const [original, copy] = [newHome(), newHome()];
  const pid = await living(original);
  leaves(copy, 'gateway.lock', { pid, start_time: startOf(pid) });
  expect(hermesProcess(copy)).toBe(null);
});

it('asks where Hermes itself would listen', async () => {
  const home = newHome();
  expect(await hermesApi(home)).toBe(null);
  const config = (text: string) => writeFileSync(join(home, 'config.yaml'), text);
  config(
    'platforms: {api_server: {enabled: true, extra: {port: 8742, host: 0.0.0.0, key: in-config}}}',
  );
  expect(await hermesApi(home)).toEqual({
    origin: 'http://127.0.0.1:8742',
    port: 8742,
    key: 'in-config',
  });
  writeFileSync(join(home, '.env'), 'API_SERVER_KEY=in-env\n');
  expect(await hermesApi(home)).toMatchObject({ key: 'in-env', port: 8742 });
  expect(await hermesApi(home, 8750)).toMatchObject({ port: 8750 });
  writeFileSync(join(home, '.env'), 'API_SERVER_KEY=in-env\nAPI_SERVER_PORT=8760\n');
  expect(await hermesApi(home, 8750)).toMatchObject({ port: 8760 });
  config('platforms: {api_server: {enabled: false}}');
  writeFileSync(join(home, '.env'), '');
  expect(await hermesApi(home)).toBe(null);
});
