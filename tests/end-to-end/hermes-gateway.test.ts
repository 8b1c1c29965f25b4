import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askHermes, hermesApi } from '../../lib/houses/hermes-api.ts';
import { probeHermes, startHermesGateway } from '../../lib/houses/hermes-gateway.ts';
import { liveness } from '../../lib/platform/identity.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { freePort } from '../support/free-port.ts';
import { gatewayDeps, type HermesHouse, hermesHouse } from '../support/hermes-house.ts';
import { launched } from '../support/launched.ts';
import {
  type ModelServer,
  type ScriptedAnswer,
  startModelServer,
} from '../support/model-server.ts';
import { describeProgram } from '../support/optional-program.ts';
import { until } from '../support/until.ts';

const task = (id: string, fields = ''): string =>
  `### ${id}: Task ${id}\n- **Status:** PENDING\n- **Attempts:** 1\n${fields}\nDo it.\n\n`;

/** Waits in its terminal until somebody ends it. */
const WAITS: ScriptedAnswer = {
  tool: 'terminal',
  arguments: { command: 'touch began; sleep 600' },
};

describeProgram(
  'the real Hermes gateway, from the queue to the report',
  'hermes/bin/hermes',
  'tests/support/install-hermes.sh',
  (program) => {
    async function house(
      queue: string,
      answers: ScriptedAnswer[],
      options: { yolo?: boolean; settings?: string } = {},
    ): Promise<HermesHouse & { model: ModelServer }> {
      const model = await startModelServer(...answers);
      const port = await freePort();
      const made = await hermesHouse('ezra', {
        port,
        program,
        model: model.url,
        queue,
        ...options,
      });
      await startHermesGateway(made.house, gatewayDeps(made.root));
      await until('the gateway is up', async () => {
        const { state } = await probeHermes(made.house, gatewayDeps(made.root));
        return state === 'running';
      });
      return { ...made, model };
    }

    /** Once the run before has let go of its place: a tick that comes earlier claims nothing. */
    const dispatch = async ({ root, paths }: HermesHouse): Promise<void> => {
      await until('nobody is at work', () => !existsSync(paths.database) || openRuns(paths) === 0);
      expect(await launched(root, ['dispatch'])).toMatchObject({ status: 0, stderr: '' });
    };

    const openRuns = ({ database }: HermesHouse['paths']): number => {
      const db = openHouseDatabase(database);
      try {
        return readOpenRuns(db).length;
      } finally {
        db.close();
      }
    };

    const becomes = ({ status, name }: HermesHouse, id: string, wanted: string) =>
      until(`${id} of ${name} is ${wanted}`, () => status(id) === wanted, 120_000);

    const report = ({ paths }: HermesHouse, id: string): string =>
      readFileSync(join(paths.completed, `${id}.txt`), 'utf8');

    /** The live run of the house, and what the gateway calls it. */
    async function atWork({ paths }: HermesHouse) {
      await until('the agent has begun', () => existsSync(join(paths.workspace, 'began')), 120_000);
      const db = openHouseDatabase(paths.database);
      const [run] = readOpenRuns(db);
      db.close();
      if (!run?.holder || !run.leader) throw new Error('nobody is at work');
      const file = join(paths.logs, 'runs', run.run, 'hermes-run.json');
      const remote = JSON.parse(readFileSync(file, 'utf8')).run as string;
      return { holder: run.holder, leader: run.leader, remote };
    }

    async function remoteState({ paths }: HermesHouse, remote: string): Promise<unknown> {
      const api = await hermesApi(paths.home);
      if (api === null) throw new Error('no API');
      const answer = await askHermes(api, `/v1/runs/${remote}`, { timeoutMs: 20_000 });
      return 'data' in answer ? answer.data?.['status'] : answer.error;
    }

    it.sequential('does a task, its file lands in the workspace, and the report is proven', async () => {
      const command = 'echo "<h1>Hello</h1> $ROBED_RUN" >page.html';
      const made = await house(task('T-1', '- **Produces:** `page.html`\n') + task('T-2'), [
        { tool: 'terminal', arguments: { command } },
        { text: 'The page says hello.' },
        { refusal: 'I cannot help with that.' },
      ]);
      await dispatch(made);
      await becomes(made, 'T-1', 'COMPLETE');
      const page = readFileSync(join(made.paths.workspace, 'page.html'), 'utf8');
      // What only a person may say is refused to whoever works through the gateway.
      expect(page).toBe('<h1>Hello</h1> gateway\n');
      expect(report(made, 'T-1')).toContain('verify: passed');
      expect(report(made, 'T-1')).toContain('The page says hello.');
      expect(report(made, 'T-1')).toMatch(/usage:\n {2}inputTokens: 22\n {2}outputTokens: 14/);
      expect(report(made, 'T-1')).toMatch(/model: scripted\n {2}session: robed-/);
      const [, told] = made.model.requests.map(({ body }) => JSON.stringify(body['messages']));
      expect(told).toContain(`Work in ${made.paths.workspace}`);

      // A run is completed also where the model gave no answer at all.
      await dispatch(made);
      await becomes(made, 'T-2', 'FAILED');
      expect(report(made, 'T-2')).toContain('No reply');
      await made.model.stop();
    });

    it.sequential('ends the run inside the gateway with its runner, its time, a person’s word or its client', async () => {
      const queue = `${task('T-1')}${task('T-2', '- **Timeout:** 8s\n')}${task('T-3')}${task('T-4')}`;
      const made = await house(queue, [WAITS]);
      await dispatch(made);
      const first = await atWork(made);
      // Runner and client die at once, as where the memory ran out.
      process.kill(first.holder.pid, 'SIGKILL');
      process.kill(first.leader.pid, 'SIGKILL');
      await until('they are dead', () => liveness(first.holder) === 'dead');
      expect(await remoteState(made, first.remote)).toBe('running');
      expect((await launched(made.root, ['task-monitor'])).status).toBe(0);
      expect(await remoteState(made, first.remote)).toBe('cancelled');
      expect(made.status('T-1')).toBe('PENDING');

      await launched(made.root, ['cancel', 'T-1']);
      rmSync(join(made.paths.workspace, 'began'));
      await dispatch(made);
      const second = await atWork(made);
      await becomes(made, 'T-2', 'FAILED');
      expect(report(made, 'T-2')).toContain('ended after its time of 8 s');
      expect(await remoteState(made, second.remote)).toBe('cancelled');

      rmSync(join(made.paths.workspace, 'began'));
      await dispatch(made);
      const third = await atWork(made);
      await launched(made.root, ['cancel', 'T-3']);
      await until('its run has ended', async () => {
        return (await remoteState(made, third.remote)) === 'cancelled';
      });
      await becomes(made, 'T-3', 'CANCELLED');

      // Its client alone is killed: the runner ends what went on without it.
      rmSync(join(made.paths.workspace, 'began'));
      await dispatch(made);
      const fourth = await atWork(made);
      process.kill(fourth.leader.pid, 'SIGKILL');
      await becomes(made, 'T-4', 'FAILED');
      expect(await remoteState(made, fourth.remote)).toBe('cancelled');
      await made.model.stop();
    });

    it.sequential('ends where it wants approval, unless the house lets it act unasked', async () => {
      const removes: ScriptedAnswer = {
        tool: 'terminal',
        arguments: { command: 'mkdir -p old && rm -rf old' },
      };
      const queue = task('T-1') + task('T-2');
      const made = await house(queue, [removes], { yolo: false });
      await dispatch(made);
      await becomes(made, 'T-1', 'FAILED');
      expect(report(made, 'T-1')).toContain('it wanted approval for `mkdir -p old && rm -rf old`');

      const settings = readFileSync(made.paths.settings, 'utf8');
      writeFileSync(made.paths.settings, settings.replace('yolo: false', 'yolo: true'));
      made.model.say(removes, { text: 'Removed.' });
      await dispatch(made);
      await becomes(made, 'T-2', 'COMPLETE');
      expect(report(made, 'T-2')).toContain('Removed.');
      await made.model.stop();
    });
  },
);
