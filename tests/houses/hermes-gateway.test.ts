import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  gatewayLog,
  probeHermes,
  startHermesGateway,
  stopHermesGateway,
} from '../../lib/houses/hermes-gateway.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { ALIVE } from '../support/alive.ts';
import { freePort, squat } from '../support/free-port.ts';
import { gatewayDeps } from '../support/hermes-house.ts';
import { testHouse } from '../support/household.ts';
import { until } from '../support/until.ts';

/** A house whose start-gateway.sh is `script`; what it starts is ended with the test. */
async function house(script: string, port?: number) {
  const used = port ?? (await freePort());
  const made = testHouse('', {
    settings: `queue: {adopted: true}\ngateway: {port: ${used}, patience: 1s}\n`,
  });
  mkdirSync(made.paths.home, { recursive: true });
  writeFileSync(join(made.paths.home, '.env'), 'API_SERVER_KEY=key-0123456789abcdef\n');
  writeFileSync(made.paths.startGateway, `#!/bin/sh\n${script}\n`);
  chmodSync(made.paths.startGateway, 0o755);
  const loaded = await loadHouse(made.root, made.name);
  const deps = gatewayDeps(made.root);
  onTestFinished(async () => void (await stopHermesGateway(loaded, deps)));
  return { ...made, house: loaded, deps };
}

it('runs the script in the house, with nothing of the caller’s environment but what is needed', async () => {
  const { house: made, paths, deps } = await house('env >environment; pwd >where; exec sleep 600');
  const environment = { ...deps.environment, API_SERVER_PORT: '8644', OPENAI_API_KEY: 'sk-other' };
  await startHermesGateway(made, { ...deps, environment });
  await until('it runs', () => existsSync(join(paths.house, 'where')));
  const given = readFileSync(join(paths.house, 'environment'), 'utf8').split('\n');
  expect(given).toContain(`HERMES_HOME=${paths.home}`);
  expect(given).toContain('ROBED_RUN=gateway');
  expect(given.join('\n')).not.toMatch(/API_SERVER|OPENAI/);
});

it('starts one only, and ends all of it', async () => {
  const script = 'echo $$ >>pids; sleep 600 & echo $! >>pids; wait';
  const { house: made, paths, deps } = await house(script);
  const pid = await startHermesGateway(made, deps);
  expect(await startHermesGateway(made, deps)).toBe(pid);
  expect(await probeHermes(made, deps)).toMatchObject({ state: 'starting', pid });
  // So much later it is no longer young.
  const later = { ...deps.clock, now: () => Date.now() + 60_000 };
  expect(await probeHermes(made, { clock: later })).toMatchObject({ state: 'degraded', pid });
  const pids = await until('its child runs', () => {
    const lines = readFileSync(join(paths.house, 'pids'), 'utf8').trim().split('\n');
    return lines.length === 2 ? lines : null;
  });
  expect(await stopHermesGateway(made, deps)).toBe(true);
  for (const one of pids) expect(existsSync(`/proc/${one}/exe`), one).toBe(false);
  expect(await stopHermesGateway(made, deps)).toBe(false);
  expect((await probeHermes(made, deps)).state).toBe('stopped');
});

it('ends by force what does not end by itself', async () => {
  const {
    house: made,
    paths,
    deps,
  } = await house(`trap '' TERM; touch deaf; while ${ALIVE}; do sleep 0.2; done`);
  await startHermesGateway(made, deps);
  await until('it is deaf', () => existsSync(join(paths.house, 'deaf')));
  // Thirty seconds pass as fast as they can be counted.
  const sleep = (ms: number) => deps.sleep(Math.min(ms, 1));
  expect(await stopHermesGateway(made, { ...deps, sleep })).toBe(true);
  expect((await probeHermes(made, deps)).state).toBe('stopped');
});

it.each([
  ['{"status":"ok","platform":"webhook"}', "Hermes' webhook platform"],
  ['{"status":"ok","platform":"hermes-agent"}', 'does not take this house'],
  ['hello', 'is taken by process'],
])('starts nothing where %s answers on its port, and says who has it', async (said, told) => {
  const port = await freePort();
  await squat(port, said);
  const { house: made, paths, deps } = await house('touch started; exec sleep 600', port);
  // Whoever answers everything alike names no process, so it is none of ours.
  const seen = await probeHermes(made, deps);
  expect(seen.state).toBe('foreign');
  await expect(startHermesGateway(made, deps)).rejects.toThrow(`port ${port}`);
  expect(seen.detail).toContain(said.includes('hermes-agent') ? 'is taken by' : told);
  expect(seen.detail).toContain(`process ${process.pid} (`);
  expect(existsSync(join(paths.house, 'started'))).toBe(false);
});

it('says what is missing before it starts anything', async () => {
  const { house: made, paths, deps } = await house('true');
  writeFileSync(paths.config, 'model: [\n');
  await expect(startHermesGateway(made, deps)).rejects.toThrow('expected a YAML mapping');
  rmSync(paths.config);
  chmodSync(paths.startGateway, 0o644);
  await expect(startHermesGateway(made, deps)).rejects.toThrow('that can be executed');
  rmSync(paths.startGateway);
  await expect(startHermesGateway(made, deps)).rejects.toThrow('that can be executed');
  expect(existsSync(gatewayLog(paths))).toBe(false);
  const without = { ...made, settings: { ...made.settings, gateway: undefined } };
  rmSync(join(paths.home, '.env'));
  expect((await probeHermes(without, deps)).state).toBe('none');
  await expect(startHermesGateway(without, deps)).rejects.toThrow('expected a gateway');
});
