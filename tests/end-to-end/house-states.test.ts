import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { packageRoot } from '../../lib/core/package-root.ts';
import { startHermesGateway, stopHermesGateway } from '../../lib/houses/hermes-gateway.ts';
import type { HouseState } from '../../lib/houses/house-state.ts';
import { type House, loadHouse } from '../../lib/houses/household.ts';
import { startOpenClaw, stopOpenClaw } from '../../lib/houses/openclaw-gateway.ts';
import { noteHouseState, seeHouseState } from '../../lib/operations/house-state.ts';
import { identify } from '../../lib/platform/identity.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { freePort, squat } from '../support/free-port.ts';
import { testHouse } from '../support/household.ts';
import { OPENCLAW_ANSWERS } from '../support/openclaw-answers.ts';
import { describeProgram } from '../support/optional-program.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';

/** OpenClaw's start takes twelve seconds on an idle machine, and minutes on a busy one. */
const PATIENCE = 300_000;

const HERMES = join(packageRoot(), '.cache', 'hermes', 'bin', 'hermes');

async function makeHouse(openclaw: string): Promise<House> {
  const [robe, body] = [await freePort(), await freePort()];
  const settings = `robe: {port: ${robe}, program: ${openclaw}}\ngateway: {port: ${body}}\n`;
  const made = testHouse('# Work queue\n', { settings });
  const { home, startGateway } = made.paths;
  const extra = { host: '127.0.0.1', port: body, key: 'a-key-of-twenty-characters' };
  const config = {
    model: { default: 'none', provider: 'custom', base_url: 'http://127.0.0.1:9/v1' },
    platforms: { api_server: { enabled: true, extra } },
    kanban: { dispatch_in_gateway: false },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
  writeFileSync(startGateway, `#!/bin/sh\nexec ${HERMES} gateway run\n`);
  chmodSync(startGateway, 0o755);
  return loadHouse(made.root, made.name);
}

/** Every answer of `/startupz` until it says `started`, as the real one gives them. */
async function followStartup(port: number): Promise<Record<string, unknown>[]> {
  const seen = new Map<unknown, Record<string, unknown>>();
  await until('OpenClaw has started', startup, PATIENCE);
  return [...seen.values()];

  async function startup(): Promise<boolean> {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/startupz`);
      const said = { http: answer.status, ...((await answer.json()) as Record<string, unknown>) };
      seen.set(said['status' as never], said);
      return said.http === 200;
    } catch {
      return false;
    }
  }
}

const keysOf = (text: string): string[] => Object.keys(JSON.parse(text) as object).sort();

describeProgram(
  'the robe and the body of one house, both real',
  existsSync(HERMES) ? 'openclaw/node_modules/.bin/openclaw' : 'hermes/bin/hermes',
  'tests/support/install-openclaw.sh and install-hermes.sh',
  (openclaw) => {
    it('is dead, unrobed, robed, a lobster, and dead again', {
      timeout: 3 * PATIENCE,
    }, async () => {
      const house = await makeHouse(openclaw);
      const { robe, gateway } = house.settings;
      const [robePort, bodyPort] = [robe?.port ?? 0, gateway?.port ?? 0];
      const home = mkdtempSync(join(tmpdir(), 'robed-user-'));
      const environment = { PATH: process.env['PATH'], HOME: home };
      const deps = { clock: systemClock, environment, sleep };
      onTestFinished(async () => {
        await stopHermesGateway(house, deps);
        await stopOpenClaw(house, deps);
      });
      const db = openHouseDatabase(house.paths.database);
      onTestFinished(() => db.close());
      const see = async (): Promise<HouseState> => {
        const state = await seeHouseState(house, deps);
        noteHouseState(db, state, systemClock.now());
        return state;
      };
      /** Until both halves are so; a busy machine may take more than one look. */
      const becomes = (name: string, robeIs: string, bodyIs: string) =>
        until(
          `${name}: ${robeIs}, ${bodyIs}`,
          async () => {
            const state = await see();
            const found = [state.name, state.robe.state, state.body.state].join();
            return found === [name, robeIs, bodyIs].join() && state;
          },
          PATIENCE,
        );

      await becomes('dead', 'stopped', 'stopped');
      await startHermesGateway(house, deps);
      await becomes('dead', 'stopped', 'starting');
      await becomes('unrobed', 'stopped', 'running');

      const robePid = await startOpenClaw(house, deps);
      const answers = followStartup(robePort);
      await becomes('unrobed', 'starting', 'running');
      expect(await becomes('robed', 'running', 'running')).toMatchObject({
        robe: { pid: robePid },
        body: { version: '0.19.0' },
      });

      // The stand-ins of other tests speak as it does.
      const health = await fetch(`http://127.0.0.1:${robePort}/health`);
      expect([health.status, await health.text()]).toEqual(Object.values(OPENCLAW_ANSWERS.live));
      for (const { http, ...said } of await answers) {
        const recorded = OPENCLAW_ANSWERS[said['status'] as 'starting' | 'started'];
        expect([http, Object.keys(said).sort()]).toEqual([recorded.status, keysOf(recorded.text)]);
      }

      const status = () =>
        robed(['status', '--json', '--root', house.root], { env: environment as never }).stdout;
      await until('status says so', () => status().includes('"state":{"name":"robed"'));

      expect(await stopHermesGateway(house, deps)).toBe(true);
      await becomes('lobster', 'running', 'stopped');
      await squat(bodyPort, '{"status":"ok","platform":"hermes-agent","version":"0.19.0"}');
      await becomes('lobster', 'running', 'foreign');

      // Killed, it leaves its record behind, and everything else that says it runs.
      process.kill(robePid, 'SIGKILL');
      await becomes('dead', 'stopped', 'foreign');
      const record = join(house.paths.robe, 'gateway.json');
      expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({
        identity: { pid: robePid },
      });

      // Its pid is another process' now.
      const identity = { ...identify(process.pid), start: '1' };
      writeFileSync(record, JSON.stringify({ identity, startedAt: Date.now() }));
      await becomes('dead', 'stopped', 'foreign');

      await squat(robePort, OPENCLAW_ANSWERS.live.text);
      await becomes('dead', 'foreign', 'foreign');

      const told = readEvents(db, { type: 'agent.status_changed' }).map(({ data }) => data['to']);
      expect(new Set(told)).toEqual(new Set(['dead', 'unrobed', 'robed', 'lobster']));
    });
  },
);
