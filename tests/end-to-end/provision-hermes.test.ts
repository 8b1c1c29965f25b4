import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { readDotenv } from '../../lib/houses/dotenv.ts';
import { stopHermesGateway } from '../../lib/houses/hermes-gateway.ts';
import { loadHouse } from '../../lib/houses/household.ts';
import { provision } from '../../lib/operations/provision.ts';
import { retireHouse } from '../../lib/operations/retire.ts';
import { startGateways } from '../../lib/operations/start-gateways.ts';
import { isListening } from '../../lib/platform/network.ts';
import { emptyHousehold } from '../support/empty-household.ts';
import { fakeCrontab } from '../support/fake-crontab.ts';
import { freePort } from '../support/free-port.ts';
import { startModelServer } from '../support/model-server.ts';
import { describeProgram } from '../support/optional-program.ts';
import { until } from '../support/until.ts';

describeProgram(
  'a provisioned house with the real Hermes',
  'hermes/bin/hermes',
  'tests/support/install-hermes.sh',
  (program) => {
    it('serves its API on its own port by its own key, asks its model by the model’s key, and goes', async () => {
      const root = emptyHousehold();
      symlinkSync(dirname(dirname(program)), join(root, 'hermes-agent'));
      const model = await startModelServer({ text: 'Well met.' });
      const deps = { clock: systemClock, environment: fakeCrontab().environment };
      const port = await freePort();
      const wishes = { port, model: 'scripted', baseUrl: model.url, modelKey: 'sk-of-the-model' };
      await provision(root, 'ezra', wishes, { ...deps, dryRun: false, crontab: false });
      const house = await loadHouse(root, 'ezra');
      onTestFinished(async () => {
        await stopHermesGateway(house, { ...deps, sleep }).catch(() => {});
        await model.stop();
      });
      const [started] = await startGateways(root, 'ezra', deps);
      expect(started).toMatchObject({ running: true });

      const { API_SERVER_KEY: key } = readDotenv(house.paths.env);
      const ask = (bearer: string | undefined) =>
        fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'x', messages: [{ role: 'user', content: 'Hello?' }] }),
        });
      expect((await ask('wrong')).status).toBe(401);
      const answer = await ask(key);
      expect(await answer.text()).toContain('Well met.');
      expect(model.requests.at(-1)?.authorization).toBe('Bearer sk-of-the-model');
      expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('archivist of this household');

      // Hermes writes its log by a thread of its own, whenever that gets a turn.
      const said = (home: string) => {
        const log = join(home, 'logs/gateway.log');
        return existsSync(log) && readFileSync(log, 'utf8').includes('listening');
      };
      await until('its log', () => said(house.paths.home));
      const { to } = await retireHouse(root, 'ezra', deps);
      expect(await isListening(port)).toBe(false);
      expect(said(join(to, 'home'))).toBe(true);
    });

    it('works in the workspace, and knows no Hermes but its own', async () => {
      const root = emptyHousehold();
      symlinkSync(dirname(dirname(program)), join(root, 'hermes-agent'));
      const command = 'pwd >where.txt; echo "$HERMES_HOME" >>where.txt';
      const model = await startModelServer(
        { tool: 'terminal', arguments: { command } },
        { text: 'Done.' },
      );
      const deps = { clock: systemClock, environment: fakeCrontab().environment };
      const port = await freePort();
      const wishes = { port, model: 'scripted', baseUrl: model.url };
      await provision(root, 'ezra', wishes, { ...deps, dryRun: false, crontab: false });
      const house = await loadHouse(root, 'ezra');
      onTestFinished(async () => {
        await stopHermesGateway(house, { ...deps, sleep }).catch(() => {});
        await model.stop();
      });
      await startGateways(root, 'ezra', deps);
      const { API_SERVER_KEY: key } = readDotenv(house.paths.env);
      await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'x',
          messages: [{ role: 'user', content: 'Where are you?' }],
        }),
      }).then((response) => response.text());
      const { workspace, home } = house.paths;
      expect(readFileSync(join(workspace, 'where.txt'), 'utf8')).toBe(`${workspace}\n${home}\n`);
    });
  },
);
