import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openclawBody } from '../../lib/bodies/openclaw.ts';
import { type ScriptedAnswer, startModelServer } from '../support/model-server.ts';
import { describeProgram } from '../support/optional-program.ts';
import { makeJob, supervise } from './supervise.ts';

const PROGRAM = 'openclaw/node_modules/.bin/openclaw';

describeProgram('the real OpenClaw', PROGRAM, 'tests/support/install-openclaw.sh', (program) => {
  async function run(...answers: ScriptedAnswer[]) {
    const server = await startModelServer(...answers);
    const job = makeJob({ timeout: 90_000 });
    const model = {
      ...{ id: 'scripted', name: 'scripted', reasoning: false, input: ['text'] },
      ...{
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        contextWindow: 65_536,
        maxTokens: 4096,
      },
    };
    const scripted = {
      baseUrl: server.url,
      apiKey: 'local-key',
      api: 'openai-completions',
      models: [model],
    };
    const config = join(job.home, 'openclaw.json');
    const agents = { defaults: { model: { primary: 'scripted/scripted' } } };
    writeFileSync(config, JSON.stringify({ models: { providers: { scripted } }, agents }));
    // Its launcher asks for `node`, which must be the one that runs these tests.
    const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
    const base = { PATH: path, HOME: mkdtempSync(join(tmpdir(), 'robed-user-')) };
    const body = openclawBody({ program, config }, path, '/');
    const { outcome } = await supervise(body, job, base).finally(() => server.stop());
    return { outcome, job, requests: server.requests };
  }

  it('answers, with its usage, told the whole task', async () => {
    const { outcome, requests } = await run({ text: 'The page is written.' });
    expect(outcome).toMatchObject({
      ok: true,
      text: 'The page is written.',
      usage: { inputTokens: 11, outputTokens: 7, turns: 1, model: 'scripted' },
    });
    expect(JSON.stringify(requests[0]?.body['messages'])).toContain('Say what you did.');
  });

  it('uses its tools in the workspace', async () => {
    const command = 'pwd >made.txt';
    const { outcome, job } = await run(
      { tool: 'exec', arguments: { command } },
      { text: 'Made it.' },
    );
    expect(outcome).toMatchObject({ ok: true, text: 'Made it.' });
    expect(readFileSync(join(job.workspace, 'made.txt'), 'utf8')).toBe(`${job.workspace}\n`);
  });

  it.each<[string, ScriptedAnswer]>([
    ['wants to be paid', { status: 402, message: 'no credit' }],
    ['is cut off', { text: 'Half', finish: 'length' }],
  ])('fails where the model %s', async (_what, answer) => {
    expect((await run(answer)).outcome).toMatchObject({ ok: false });
  });
});
