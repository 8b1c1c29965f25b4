import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Outcome } from '../../lib/bodies/body.ts';
import { openclawBody } from '../../lib/bodies/openclaw.ts';
import { fakeProgram } from './fakes/program.ts';
import { makeJob, supervise } from './supervise.ts';

const body = (version: string) =>
  openclawBody(
    { program: fakeProgram('openclaw', version, 'echo Done.'), config: 'openclaw.json' },
    process.env['PATH'],
    '/house',
  );

it('takes a turn without the gateway where the program can, the prompt in a file', async () => {
  const job = makeJob({ timeout: 61_000 });
  const { argv } = await body('exec').start(job);
  const [file = '', ...terms] = argv.slice(4);
  expect(argv.slice(1, 4)).toEqual(['agent', 'exec', '--message-file']);
  expect(readFileSync(file, 'utf8')).toContain(job.text);
  expect(terms.join(' ')).toBe(
    `--json --cwd ${job.workspace} --timeout 61 --config /house/openclaw.json`,
  );
});

it('goes through the gateway otherwise, with a prompt that names the trigger', async () => {
  const job = makeJob();
  const { argv } = await body('agent').start(job);
  expect(argv.slice(1, 5)).toEqual(['agent', '--agent', 'main', '--message']);
  expect(argv[5]).toContain(job.trigger);
});

it.each(['exec', 'agent'])('reads text and usage of a turn by %s', async (version) => {
  const { outcome } = await supervise(body(version), makeJob());
  const usage = { inputTokens: 11, outputTokens: 7, cost: 0, model: 'scripted', session: 's-1' };
  expect(outcome).toEqual({ ok: true, text: 'Done.', usage });
});

async function ended(stdout: string, exitCode: number): Promise<Outcome> {
  const job = makeJob();
  const files = { stdout: join(job.scratch, 'out'), stderr: join(job.scratch, 'err') };
  writeFileSync(files.stdout, stdout);
  return body('exec').outcome(job, { exitCode, signal: null, ...files });
}

it.each([
  [
    '{"ok":false,"status":"error","final":"","error":{"message":"no credit"}}',
    1,
    'OpenClaw reports error: no credit',
  ],
  [
    '{"ok":true,"status":"ok","final":"Half\\n⚠️ Reply truncated at the model\'s output token limit."}',
    0,
    'cut off',
  ],
  ['{"ok":true,"status":"timeout","final":"Half"}', 0, 'OpenClaw reports timeout: Half'],
  ['{"ok":true,"status":"ok","final":"","payloads":[]}', 0, 'said nothing'],
  ['{"final":"Done"}', 0, 'OpenClaw reports no status'],
  ['All done!', 0, 'printed no JSON document'],
  ['', 78, 'ended with exit code 78'],
])('does not believe %s with exit code %i', async (stdout, exitCode, reason) => {
  expect(await ended(stdout, exitCode)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(reason),
  });
});
