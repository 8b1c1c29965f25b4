import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Job } from '../../lib/bodies/body.ts';
import { hermesBody } from '../../lib/bodies/hermes.ts';
import { type ScriptedAnswer, startModelServer } from '../support/model-server.ts';
import { describeProgram } from '../support/optional-program.ts';
import { makeJob, supervise } from './supervise.ts';

describeProgram(
  'the real Hermes',
  'hermes/bin/hermes',
  'tests/support/install-hermes.sh',
  (program) => {
    async function run(
      answers: ScriptedAnswer[],
      {
        yolo = true,
        down = false,
        ...given
      }: Partial<Job> & { yolo?: boolean; down?: boolean } = {},
    ) {
      const server = await startModelServer(...answers);
      const job = makeJob(given);
      const config = {
        model: {
          default: 'scripted',
          provider: 'custom',
          base_url: server.url,
          context_length: 65_536,
        },
        auxiliary: { title_generation: { enabled: false } },
      };
      writeFileSync(join(job.home, 'config.yaml'), JSON.stringify(config));
      if (down) await server.stop();
      const body = hermesBody(
        { program, yolo, source: 'tool' },
        { path: process.env['PATH'], root: '/', self: ['robed'] },
      );
      const base = {
        PATH: process.env['PATH'],
        HOME: mkdtempSync(join(tmpdir(), 'robed-user-')),
        HERMES_HOME: '/nowhere',
      };
      const { outcome, ended } = await supervise(body, job, base).finally(
        () => down || server.stop(),
      );
      return { outcome, ended, job, requests: server.requests };
    }

    it('answers, with its usage, asked to read the trigger', async () => {
      const { outcome, job, requests } = await run([{ text: 'The page is written.' }]);
      expect(outcome).toMatchObject({
        ok: true,
        text: 'The page is written.',
        usage: {
          inputTokens: 11,
          outputTokens: 7,
          turns: 1,
          model: 'scripted',
          session: expect.any(String),
        },
      });
      expect(JSON.stringify(requests[0]?.body['messages'])).toContain(job.trigger);
    });

    it('answers where the house does not let it act unasked', async () => {
      const { outcome } = await run([{ text: 'The page is written.' }], { yolo: false });
      expect(outcome).toMatchObject({
        ok: true,
        text: 'The page is written.',
        usage: { session: expect.any(String) },
      });
    });

    it('uses its tools in the workspace, in the home of its wizard', async () => {
      const command = 'pwd >made.txt; echo "$HERMES_HOME $ROBED_RUN" >>made.txt';
      const { outcome, job } = await run([
        { tool: 'terminal', arguments: { command } },
        { text: 'Made it.' },
      ]);
      expect(outcome).toMatchObject({ ok: true, text: 'Made it.' });
      const made = readFileSync(join(job.workspace, 'made.txt'), 'utf8');
      expect(made).toBe(`${job.workspace}\n${job.home} ${job.run}\n`);
    });

    it('fails where the model server is down, though Hermes ends with 0', async () => {
      const { outcome, ended } = await run([], { down: true });
      expect(ended.exitCode).toBe(0);
      expect(outcome).toMatchObject({
        ok: false,
        reason: expect.stringContaining('API call failed after'),
        retry: true,
      });
    });

    it.each<[string, ScriptedAnswer]>([
      ['refuses', { text: '', finish: 'content_filter' }],
      ['says nothing', { refusal: 'I cannot help with that' }],
      ['wants to be paid', { status: 402, message: 'no credit' }],
      ['is cut off', { text: 'Half', finish: 'length' }],
    ])(
      'fails where the model %s, though Hermes ends with 0',

      async (_what, answer) => {
        const { outcome, ended } = await run([answer]);
        expect(ended.exitCode).toBe(0);
        expect(outcome.ok).toBe(false);
      },
    );

    it('fails where it runs out of turns', async () => {
      const more: ScriptedAnswer = { tool: 'terminal', arguments: { command: 'echo more' } };
      const { outcome, requests } = await run([more], { budget: { turns: 2 } });
      expect(outcome.ok).toBe(false);
      expect(requests.length).toBeLessThan(6);
    });
  },
);
