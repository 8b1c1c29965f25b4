import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Job, Outcome } from '../../lib/bodies/body.ts';
import { hermesBody } from '../../lib/bodies/hermes.ts';
import { whyCut } from '../../lib/bodies/hermes-session.ts';
import { identify } from '../../lib/platform/identity.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import type { GatewayScript } from './fakes/gateway.ts';
import { fakeProgram } from './fakes/program.ts';
import { makeJob, supervise } from './supervise.ts';

const KEY = 'key-of-ezra-0123456789';

const DONE = { status: 'completed', output: 'Done.', usage: { input_tokens: 5, output_tokens: 3 } };
const RUNS = { status: 'running' };

interface Fake {
  job: Job;
  body: ReturnType<typeof hermesBody>;
  /** What it was asked, oldest first. */
  asked: () => string[];
}

/** A house whose gateway does as the script says, until the test ends. */
async function gateway(
  script: Partial<GatewayScript>,
  { yolo = false, key = KEY, ...given }: Partial<Job> & { yolo?: boolean; key?: string } = {},
): Promise<Fake> {
  const job = makeJob(given);
  const [file, log] = [join(job.scratch, 'script.json'), join(job.scratch, 'requests')];
  writeFileSync(file, JSON.stringify({ key: KEY, states: [DONE], ...script }));
  const fake = join(import.meta.dirname, 'fakes', 'gateway.ts');
  const port = await freePort();
  const child = spawn(process.execPath, [fake, file, log, `${port}`], {
    env: { HERMES_HOME: job.home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  writeFileSync(
    join(job.home, '.env'),
    `API_SERVER_KEY=${key}\nAPI_SERVER_HOST=127.0.0.1\nAPI_SERVER_PORT=${port}\n`,
  );
  const body = hermesBody(
    { program: fakeProgram('hermes', 'oneshot', 'echo One-shot.'), yolo, source: 'tool' },
    {
      path: process.env['PATH'],
      root: '/',
      self: [process.execPath, join(import.meta.dirname, 'fakes', 'robed.ts')],
    },
  );
  const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { job, body, asked };
}

async function carry(fake: Fake, onStart?: (pid: number) => void): Promise<Outcome> {
  return (await supervise(fake.body, fake.job, process.env, onStart)).outcome;
}

it('goes through the gateway that takes work, with the task in the body alone', async () => {
  const session = { model: 'scripted', api_call_count: 2, estimated_cost_usd: 0.5 };
  const fake = await gateway({ session });
  const { start, outcome } = await supervise(fake.body, fake.job);
  expect(start.argv.join(' ')).toMatch(/ body-hermes \/\S+hermes-job\.json$/);
  expect(JSON.stringify(start)).not.toContain(KEY);
  expect(readFileSync(start.argv.at(-1) ?? '', 'utf8')).not.toContain(KEY);
  const usage = { inputTokens: 5, outputTokens: 3, cost: 0.5, turns: 2, model: 'scripted' };
  expect(outcome).toEqual({ ok: true, text: 'Done.', usage: { ...usage, session: 'robed-run-7' } });
  const posted = fake.asked().find((line) => line.startsWith('POST /v1/runs {'));
  expect(posted).toContain('Say what you did.');
  expect(posted).toContain('robed-run-7');
});

it.each<[string, Partial<GatewayScript>, Partial<Job> & { key?: string; yolo?: boolean }]>([
  ['another house’s gateway has its port', {}, { key: 'key-of-somebody-else' }],
  ['the task has a limit of turns, which the API knows nothing of', {}, { budget: { turns: 3 } }],
])('asks the program itself where %s', async (_why, script, given) => {
  const { body, job } = await gateway(script, given);
  expect((await body.start(job)).argv.join(' ')).not.toContain('body-hermes');
});

it('asks the program itself where the process that answers is not the home’s own', async () => {
  const { body, job } = await gateway({});
  const own = spawn('sleep', ['600'], { env: { HERMES_HOME: job.home } });
  onTestFinished(() => void own.kill('SIGKILL'));
  await once(own, 'spawn');
  for (const start of [1, Number(identify(own.pid as number)?.start)]) {
    const record = { pid: own.pid, start_time: start };
    writeFileSync(join(job.home, 'gateway.lock'), JSON.stringify(record));
    expect((await body.start(job)).argv.join(' ')).not.toContain('body-hermes');
  }
});

it.each<[string, Partial<GatewayScript>, boolean]>([
  [
    'the gateway answered 429: Too many concurrent runs',
    { post: { status: 429, body: { error: { message: 'Too many concurrent runs' } } } },
    true,
  ],
  [
    'the gateway answered 503: Gateway is draining',
    { post: { status: 503, body: { error: { message: 'Gateway is draining' } } } },
    true,
  ],
  ['does not take the key', { post: { status: 401, body: {} } }, false],
  [
    'Hermes ended the run as failed: HTTP 402: no credit',
    { states: [{ status: 'failed', error: 'HTTP 402: no credit' }] },
    true,
  ],
  ['Hermes ended the run as cancelled', { states: [RUNS, { status: 'cancelled' }] }, true],
  ['Hermes ended the run as interrupted', { states: [{ status: 'interrupted' }] }, true],
  ['said nothing', { states: [{ ...DONE, output: '' }] }, true],
  [
    'Hermes failed: ⚠️ No reply',
    { states: [{ ...DONE, output: '⚠️ No reply: the model returned empty content' }] },
    true,
  ],
  ['the answer was cut off', { messages: [{ role: 'assistant', finish_reason: 'length' }] }, true],
  ['the gateway was restarted while it worked', { states: [RUNS, null] }, true],
  ['the gateway ended while it worked', { states: [RUNS], diesAfter: 1 }, true],
])('fails, saying: %s', async (reason, script, retry) => {
  const outcome = await carry(await gateway(script));
  expect(outcome).toMatchObject({ ok: false, retry });
  expect(outcome.ok ? '' : outcome.reason).toContain(reason);
});

it('looks for itself where the stream of events breaks off', async () => {
  const fake = await gateway({ states: [RUNS, RUNS, DONE] });
  expect(await carry(fake)).toMatchObject({ ok: true, text: 'Done.' });
  expect(fake.asked().filter((line) => line.startsWith('GET /v1/runs/r-1 '))).toHaveLength(3);
});

const WISH = { event: 'approval.request', command: 'rm -rf old', description: 'recursive delete' };

it('stops the run where it wants approval, by event or state', async () => {
  const byEvent = await gateway({ events: [WISH], states: [RUNS, { status: 'cancelled' }] });
  expect(await carry(byEvent)).toMatchObject({
    ok: false,
    reason: 'it wanted approval for `rm -rf old` (recursive delete)',
    retry: false,
  });
  expect(byEvent.asked().join('\n')).toContain('POST /v1/runs/r-1/stop');
  const states = [{ status: 'waiting_for_approval' }, { status: 'cancelled' }];
  const byState = await gateway({ states });
  expect(await carry(byState)).toMatchObject({ ok: false, reason: 'it wanted approval' });
});

it('lets it do what it asks for where the house says so', async () => {
  const fake = await gateway({ events: [WISH], states: [RUNS, DONE] }, { yolo: true });
  expect(await carry(fake)).toMatchObject({ ok: true });
  expect(fake.asked()).toContain('POST /v1/runs/r-1/approval {"choice":"once"}');
});

it('takes its run along when it is told to end', async () => {
  const fake = await gateway({ states: [RUNS, RUNS, RUNS, RUNS, { status: 'cancelled' }] });
  const begun = join(fake.job.scratch, 'hermes-run.json');
  const outcome = await carry(fake, (pid) => {
    void until('the run has begun', () => existsSync(begun)).then(() => process.kill(pid));
  });
  expect(outcome).toMatchObject({ ok: false, reason: 'it was told to stop' });
  expect(fake.asked().join('\n')).toContain('POST /v1/runs/r-1/stop');
  expect(await fake.body.abandon?.(fake.job)).toBe(null);
});

it('leaves a run behind when it is killed, which can then be ended by its name', async () => {
  const states = [RUNS, RUNS, RUNS, RUNS, RUNS, RUNS, { status: 'cancelled' }];
  const fake = await gateway({ states });
  const begun = join(fake.job.scratch, 'hermes-run.json');
  await carry(fake, (pid) => {
    void until('the run has begun', () => existsSync(begun)).then(() =>
      process.kill(pid, 'SIGKILL'),
    );
  });
  expect(fake.asked().join('\n')).not.toContain('/stop');
  expect(await fake.body.abandon?.(fake.job)).toBe(null);
  expect(fake.asked().join('\n')).toContain('POST /v1/runs/r-1/stop');
});

it('believes an answer of the last turn only where its turns were not used up', () => {
  const answer = { role: 'assistant', content: 'Done.', finish_reason: 'stop' };
  expect(whyCut([{ role: 'user', content: 'Do it' }, answer])).toBe(null);
  const told = "You've reached the maximum number of tool-calling iterations allowed. Please …";
  expect(whyCut([{ role: 'user', content: told }, answer])).toContain('its turns were used up');
  expect(whyCut([])).toBe(null);
});
