import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../../lib/core/errors.ts';
import { askHermes, type HermesAnswer, hermesApi } from '../../lib/houses/hermes-api.ts';
import {
  gatewayLog,
  probeHermes,
  startHermesGateway,
  stopHermesGateway,
} from '../../lib/houses/hermes-gateway.ts';
import type { GatewayState } from '../../lib/houses/house-state.ts';
import { freePort } from '../support/free-port.ts';
import { gatewayDeps, type HermesHouse, hermesHouse } from '../support/hermes-house.ts';
import { startModelServer } from '../support/model-server.ts';
import { describeProgram } from '../support/optional-program.ts';
import { until } from '../support/until.ts';

const probe = ({ house, root }: HermesHouse): Promise<GatewayState> =>
  probeHermes(house, gatewayDeps(root));

async function up(house: HermesHouse): Promise<GatewayState> {
  await startHermesGateway(house.house, gatewayDeps(house.root));
  return until(`${house.name} is running; ${readLog(house)}`, async () => {
    const seen = await probe(house);
    return seen.state === 'running' ? seen : null;
  });
}

const readLog = ({ paths }: HermesHouse): string =>
  existsSync(gatewayLog(paths)) ? readFileSync(gatewayLog(paths), 'utf8') : '';

async function ask(house: HermesHouse, path: string, key = house.key): Promise<HermesAnswer> {
  const api = await hermesApi(house.paths.home);
  if (api === null) throw new Error('no API');
  const answer = await askHermes({ ...api, key }, path, { timeoutMs: 20_000 });
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}

/** One run by the API, to its end. */
async function work(house: HermesHouse, input: string, session: string): Promise<unknown> {
  const api = await hermesApi(house.paths.home);
  if (api === null) throw new Error('no API');
  const body = { input, session_id: session };
  const begun = await askHermes(api, '/v1/runs', { body, timeoutMs: 20_000 });
  const run = 'data' in begun ? begun.data?.['run_id'] : null;
  return until(`run ${run} has ended`, async () => {
    const { data } = await ask(house, `/v1/runs/${run}`);
    return data?.['status'] === 'completed' && data['output'];
  });
}

describeProgram(
  'the real Hermes gateway',
  'hermes/bin/hermes',
  'tests/support/install-hermes.sh',
  (program) => {
    it.sequential('two houses at once share nothing, and a third finds its port taken', async () => {
      const model = await startModelServer(
        {
          tool: 'memory',
          arguments: { action: 'add', target: 'memory', content: 'THE-OWL-IS-GREY' },
        },
        { text: 'Remembered.' },
      );
      const ezra = await hermesHouse('ezra', { port: await freePort(), program, model: model.url });
      const { root } = ezra;
      const port = await freePort();
      const allegro = await hermesHouse('allegro', { root, port, program, model: model.url });
      const [one, other] = await Promise.all([up(ezra), up(allegro)]);
      expect(one.pid).not.toBe(other.pid);
      expect(one.version).toMatch(/^\d+\.\d+/);

      // A key opens its own house only.
      expect((await ask(ezra, '/v1/models')).status).toBe(200);
      expect((await ask(ezra, '/v1/models', allegro.key)).status).toBe(401);
      expect((await ask(allegro, '/v1/models', ezra.key)).status).toBe(401);

      // What one learns and says, the other does not have.
      expect(await work(ezra, 'Remember the owl', 'of-ezra')).toBe('Remembered.');
      const memory = join('memories', 'MEMORY.md');
      expect(readFileSync(join(ezra.paths.home, memory), 'utf8')).toContain('THE-OWL-IS-GREY');
      expect(existsSync(join(allegro.paths.home, memory))).toBe(false);
      expect((await ask(ezra, '/api/sessions/of-ezra')).status).toBe(200);
      expect((await ask(allegro, '/api/sessions/of-ezra')).status).toBe(404);
      model.say({ text: 'No owl.' });
      expect(await work(allegro, 'Is there an owl?', 'of-allegro')).toBe('No owl.');
      const asked = model.requests.map(({ body }) => JSON.stringify(body['messages']));
      expect(asked.at(-1)).toContain('Is there an owl?');
      expect(asked.at(-1)).not.toContain('THE-OWL-IS-GREY');

      // A third that wants a port of theirs is told who has it, before anything is started.
      const third = await hermesHouse('bezalel', { root, port, program, model: model.url });
      expect(await probe(third)).toMatchObject({
        state: 'foreign',
        detail: expect.stringContaining(`does not take this house's key, process ${other.pid}`),
      });
      await expect(startHermesGateway(third.house, gatewayDeps(root))).rejects.toThrow(UserError);
      expect(existsSync(gatewayLog(third.paths))).toBe(false);

      // Even one with the same key: the API names its process, which lives in another home.
      cpSync(allegro.paths.env, third.paths.env);
      expect(await probe(third)).toMatchObject({
        state: 'foreign',
        detail: expect.stringContaining("another home's Hermes"),
      });
      // And one that has the files of a running gateway.
      cpSync(join(allegro.paths.home, 'gateway.lock'), join(third.paths.home, 'gateway.lock'));
      expect((await probe(third)).state).toBe('foreign');
      expect(await stopHermesGateway(third.house, gatewayDeps(root))).toBe(false);
      expect([(await probe(ezra)).state, (await probe(allegro)).state]).toEqual([
        'running',
        'running',
      ]);
      await model.stop();
    });

    it.sequential('is told by process and API, never by the files that it leaves', async () => {
      const port = await freePort();
      // Its drain lasts as long as the work, so it can be seen.
      const config = 'agent: {restart_drain_timeout: 60}\n';
      const model = await startModelServer(
        {
          tool: 'terminal',
          arguments: { command: 'touch began; until test -e go; do sleep 0.1; done' },
        },
        { text: 'Waited.' },
      );
      const house = await hermesHouse('ezra', { port, program, model: model.url, config });
      expect((await probe(house)).state).toBe('stopped');
      const { pid = 0 } = await up(house);
      // A second start finds the first.
      expect(await startHermesGateway(house.house, gatewayDeps(house.root))).toBe(pid);

      // Its key was changed under it: the process is ours, its API is not.
      const env = readFileSync(house.paths.env, 'utf8');
      writeFileSync(house.paths.env, env.replace('0123456789abcdef', 'fedcba9876543210'));
      expect(await probe(house)).toMatchObject({ state: 'degraded', pid });
      writeFileSync(house.paths.env, env);
      // It looks for it elsewhere than where it listens.
      const strayed = { ...house.house, settings: { ...house.house.settings } };
      strayed.settings.gateway = { port: await freePort(), start: 'auto', patience: 0 };
      expect((await probeHermes(strayed, gatewayDeps(house.root))).state).toBe('degraded');

      const working = work(house, 'Wait', 'waiting').catch(() => null);
      await until('it has begun', () => existsSync(join(house.paths.workspace, 'began')));
      process.kill(pid, 'SIGTERM');
      await until('it drains', async () => (await probe(house)).state === 'draining');
      writeFileSync(join(house.paths.workspace, 'go'), '');
      await until('it has ended', async () => (await probe(house)).state === 'stopped');
      await working;
      const left = readFileSync(join(house.paths.home, 'gateway_state.json'), 'utf8');
      expect(JSON.parse(left)).toMatchObject({ gateway_state: 'running', pid });

      // Killed at once, it leaves a pid file, too.
      const again = await up(house);
      process.kill(again.pid ?? 0, 'SIGKILL');
      await until('it is seen', async () => (await probe(house)).state === 'stopped');
      expect(existsSync(join(house.paths.home, 'gateway.pid'))).toBe(true);
      await model.stop();
    });

    it.sequential('is stopped with what its tools left running', async () => {
      const model = await startModelServer(
        {
          tool: 'terminal',
          arguments: { command: 'echo $$ >left; exec sleep 987', background: true },
        },
        { text: 'Left one.' },
      );
      const house = await hermesHouse('ezra', {
        port: await freePort(),
        program,
        model: model.url,
      });
      await up(house);
      await work(house, 'Leave one', 'leaving');
      const file = join(house.paths.workspace, 'left');
      const left = Number(
        await until('it runs', () => existsSync(file) && readFileSync(file, 'utf8')),
      );
      expect(await stopHermesGateway(house.house, gatewayDeps(house.root))).toBe(true);
      expect((await probe(house)).state).toBe('stopped');
      await until('what it left is gone', () => !existsSync(`/proc/${left}`));
      expect(await stopHermesGateway(house.house, gatewayDeps(house.root))).toBe(false);
      await model.stop();
    });
  },
);
