import { join } from 'node:path';
import { commandBody } from '../../lib/bodies/command.ts';
import { hermesBody } from '../../lib/bodies/hermes.ts';
import { modelBody } from '../../lib/bodies/model.ts';
import { openclawBody } from '../../lib/bodies/openclaw.ts';
import { shellBody } from '../../lib/bodies/shell.ts';
import { type ScriptedAnswer, startModelServer } from '../support/model-server.ts';
import { ACTS, type Act, actFile, type Candidate, describeBody } from './conformance.ts';
import { fakeProgram } from './fakes/program.ts';
import { block } from './supervise.ts';

const ANSWERS: Record<Act, ScriptedAnswer> = {
  answers: { text: 'The page is written.' },
  fails: { status: 500, message: 'no such luck' },
  silent: { text: '' },
  dies: { hold: true },
  floods: { text: 'x'.repeat(3_000_000) },
  looks: { text: 'seen' },
};

const model: Candidate = {
  name: 'model',
  hands: false,
  async make(act) {
    const server = await startModelServer(ANSWERS[act]);
    const settings = { endpoint: server.url, name: 'scripted', key: { env: 'MODEL_KEY' } };
    const body = modelBody(settings, {
      environment: { MODEL_KEY: 'sk-of-the-house' },
      root: '/',
      self: [process.execPath, join(import.meta.dirname, 'fakes', 'robed.ts')],
    });
    const done = () => server.stop();
    if (act !== 'dies') return { body, done };
    return {
      body,
      done,
      kill: (pid) => void server.asked().then(() => process.kill(pid, 'SIGKILL')),
    };
  },
};

const hermes = (version: 'stream' | 'oneshot' | 'chat'): Candidate => ({
  name: `hermes (${version})`,
  hands: true,
  async make(act) {
    const program = fakeProgram('hermes', version, ACTS[act]);
    return {
      body: hermesBody(
        { program, yolo: true, source: 'tool' },
        { path: process.env['PATH'], root: '/', self: ['robed'] },
      ),
    };
  },
});

const openclaw = (version: 'exec' | 'agent'): Candidate => ({
  name: `openclaw (${version})`,
  hands: true,
  async make(act) {
    const program = fakeProgram('openclaw', version, ACTS[act]);
    return { body: openclawBody({ program }, process.env['PATH'], '/') };
  },
});

const candidates: Candidate[] = [
  {
    name: 'shell',
    hands: true,
    silenceIsSuccess: true,
    make: async (act) => ({ body: shellBody, job: { blocks: [block('sh', ACTS[act])] } }),
  },
  {
    name: 'command',
    hands: true,
    async make(act) {
      const argv = ['sh', actFile(act), '--task={task}', '{prompt_file}'];
      return { body: commandBody({ argv, stdin: 'prompt', env: {} }, process.env['PATH'], '/') };
    },
  },
  model,
  hermes('stream'),
  hermes('oneshot'),
  hermes('chat'),
  openclaw('exec'),
  openclaw('agent'),
];

for (const candidate of candidates) describeBody(candidate);
