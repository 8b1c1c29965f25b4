import { once } from 'node:events';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import type { Job, Outcome } from '../../lib/bodies/body.ts';
import { completeChat } from '../../lib/bodies/chat-completion.ts';
import { type ModelSettings, modelBody } from '../../lib/bodies/model.ts';
import {
  type ModelServer,
  type ScriptedAnswer,
  startModelServer,
} from '../support/model-server.ts';
import { makeJob, supervise } from './supervise.ts';

let server: ModelServer | undefined;
afterEach(() => server?.stop());

const body = (settings: Partial<ModelSettings>, environment: NodeJS.ProcessEnv = {}) =>
  modelBody(
    { endpoint: server?.url ?? 'http://127.0.0.1:9', name: 'scripted', ...settings },
    {
      environment,
      root: '/',
      self: [process.execPath, join(import.meta.dirname, 'fakes', 'robed.ts')],
    },
  );

async function ask(
  answer: ScriptedAnswer,
  settings: Partial<ModelSettings> = {},
  given: Partial<Job> = {},
): Promise<Outcome> {
  server = await startModelServer(answer);
  return (await supervise(body(settings), makeJob(given))).outcome;
}

it('turns a plain answer into the report, with its usage', async () => {
  const outcome = await ask({ text: 'Blue.' });
  const usage = { inputTokens: 11, outputTokens: 7, turns: 1, model: 'scripted' };
  expect(outcome).toEqual({ ok: true, text: 'Blue.', usage });
});

it('asks without streaming, with the task as it stands and the budget as a limit', async () => {
  await ask({ text: 'Blue.' }, {}, { budget: { tokens: 500 } });
  expect(server?.requests[0]?.body).toMatchObject({
    model: 'scripted',
    stream: false,
    max_tokens: 500,
    messages: [
      { role: 'system' },
      { role: 'user', content: expect.stringContaining('Say what you did.') },
    ],
  });
});

it('finds the API from an origin, a base or the full address', async () => {
  server = await startModelServer();
  const { origin } = new URL(server.url);
  for (const endpoint of [origin, `${origin}/v1/`, `${origin}/v1/chat/completions`]) {
    expect((await supervise(body({ endpoint }), makeJob())).outcome.ok).toBe(true);
  }
});

it.each<[string, ScriptedAnswer, boolean]>([
  ['answered 401: it refused the key (bad key)', { status: 401, message: 'bad key' }, false],
  ['it wants to be paid', { status: 402 }, false],
  ['it knows no model scripted (scripted error); it has scripted', { status: 404 }, false],
  [
    'too many requests, try again after 20 s',
    { status: 429, headers: { 'retry-after': '20' } },
    true,
  ],
  ['the server failed', { status: 503 }, true],
  [
    'it refused the request (context too long)',
    { status: 400, message: 'context too long' },
    false,
  ],
  ['it redirects', { status: 302, headers: { location: 'http://elsewhere/' } }, false],
  ['the model answered nothing', { text: ' \n' }, true],
  ['the model refused: I will not', { refusal: 'I will not' }, false],
  ['the model refused, without a word', { text: '', finish: 'content_filter' }, false],
  ['cut off at its token limit', { text: 'Half', finish: 'length' }, false],
  ['the model answered nothing', { tool: 'terminal', arguments: {} }, true],
  ['this is no OpenAI-compatible endpoint', { raw: '<html>hello</html>' }, false],
  ['its answer is longer than 8 MB', { raw: 'x'.repeat(9_000_000) }, true],
  ['it hung up', { hangUp: true }, true],
])('says honestly: %s', async (reason, answer, retry) => {
  expect(await ask(answer)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(reason),
    retry,
  });
});

it('never repeats the key, even where the server does', async () => {
  server = await startModelServer({ status: 401, message: 'no such key: sk-secret-1' });
  const settings = { key: { env: 'KEY' } };
  const { outcome } = await supervise(body(settings, { KEY: 'sk-secret-1' }), makeJob());
  expect(outcome).toMatchObject({ reason: expect.stringContaining('(no such key: …)') });
  expect(JSON.stringify(outcome)).not.toContain('sk-secret');
});

it('does not wait for the names of other models', async () => {
  const slow = createServer((request, response) => {
    if (request.url?.endsWith('/models')) return;
    response.writeHead(404).end('{"error":{"message":"no such model"}}');
  });
  await once(slow.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    slow.closeAllConnections();
    slow.close();
  });
  const { port } = slow.address() as AddressInfo;
  const question = { endpoint: `http://127.0.0.1:${port}`, model: 'x', system: '', user: '' };
  const answer = await completeChat(question, undefined);
  expect(answer).toMatchObject({ ok: false, problem: expect.stringContaining('no such model') });
});

it('says that nothing listens', async () => {
  server = await startModelServer();
  await server.stop();
  const { outcome } = await supervise(body({}), makeJob());
  expect(outcome).toMatchObject({
    reason: expect.stringContaining('connection refused'),
    retry: true,
  });
});

it('keeps what there is of half an answer', async () => {
  expect((await ask({ text: 'Half', finish: 'length' })).text).toContain('Half');
});

it('sends the key of the variable that the house names', async () => {
  server = await startModelServer();
  await supervise(body({ key: { env: 'KEY' } }, { KEY: 'sk-env' }), makeJob());
  expect(server.requests[0]?.authorization).toBe('Bearer sk-env');
});

it('sends the key of a file, where only its owner can read that', async () => {
  server = await startModelServer();
  const file = join(mkdtempSync(join(tmpdir(), 'robed-key-')), 'key');
  writeFileSync(file, 'sk-file\n', { mode: 0o600 });
  await supervise(body({ key: { file } }), makeJob());
  expect(server.requests[0]?.authorization).toBe('Bearer sk-file');

  chmodSync(file, 0o644);
  const { outcome } = await supervise(body({ key: { file } }), makeJob());
  expect(outcome.ok).toBe(false);
  expect(outcome.text).toContain('only its owner can read');
  expect(server.requests).toHaveLength(1);
});

it('does not offer without its key, or where files are promised', () => {
  const job = makeJob();
  expect(body({ key: { env: 'KEY' } }).offer(job)).toMatchObject({
    why: expect.stringContaining('KEY'),
  });
  expect(body({ key: { file: '/no/key' } }).offer(job)).toMatchObject({ can: false });
  expect(body({}).offer({ ...job, produces: [{ path: 'a' }] })).toMatchObject({ can: false });
});
