import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Job, Outcome } from '../../lib/bodies/body.ts';
import { hermesBody } from '../../lib/bodies/hermes.ts';
import { fakeProgram } from './fakes/program.ts';
import { makeJob, supervise } from './supervise.ts';

const body = (version: string, yolo: boolean, act = 'echo Done.') =>
  hermesBody(
    { program: fakeProgram('hermes', version, act), yolo, source: 'tool' },
    { path: process.env['PATH'], root: '/', self: ['robed'] },
  );

async function argv(version: string, yolo: boolean, given: Partial<Job> = {}): Promise<string> {
  return (await body(version, yolo).start(makeJob(given))).argv.slice(1).join(' ');
}

it('asks by standard input where the program can, with its limits', async () => {
  const job = makeJob({ budget: { turns: 5 }, timeout: 90_500 });
  const start = await body('stream', false).start(job);
  expect(start.argv.slice(1).join(' ')).toBe(
    'chat --query-file - --format stream-json --max-turns 5 --run-budget 91 --source tool',
  );
  expect(readFileSync(start.stdin ?? '', 'utf8')).toContain(job.text);
});

it('streams only where the program has all that it takes', async () => {
  expect(await argv('file', true)).toMatch(/^-z /);
});

it('lets it act unasked by the policy of the house alone', async () => {
  expect(await argv('stream', true)).toContain('--yolo');
  for (const version of ['stream', 'oneshot', 'chat']) {
    const asked = await argv(version, false);
    expect(asked).not.toContain('--yolo');
    // `hermes -z` never asks, whatever its flags.
    expect(asked).toMatch(/^chat /);
  }
});

it('uses the one-shot with a usage file where that is all there is, but for a limit of turns', async () => {
  expect(await argv('oneshot', true)).toMatch(/^-z .* --usage-file /);
  expect(await argv('oneshot', true, { budget: { turns: 5 } })).toMatch(
    /^chat -q .* -Q --max-turns 5 --yolo/,
  );
});

it.each(['', 'relative', '/no/such/home'])('never starts without a home (%j)', async (home) => {
  const job = { ...makeJob(), home };
  await expect(body('chat', false).start(job)).rejects.toThrow(
    'expected HERMES_HOME to be a folder',
  );
});

it('reads text and usage of a stream', async () => {
  const { outcome } = await supervise(body('stream', true), makeJob());
  const usage = { inputTokens: 11, outputTokens: 7, model: 'scripted', session: 's-1' };
  expect(outcome).toEqual({ ok: true, text: 'Done.', usage });
});

it('reads text and usage of a one-shot', async () => {
  const { outcome } = await supervise(body('oneshot', true), makeJob());
  const usage = {
    inputTokens: 11,
    outputTokens: 7,
    turns: 1,
    cost: 0,
    model: 'scripted',
    session: 's-1',
  };
  expect(outcome).toEqual({ ok: true, text: 'Done.', usage });
});

it('reads the answer of a chat without its notices', async () => {
  const { outcome } = await supervise(body('chat', false), makeJob());
  expect(outcome).toEqual({
    ok: true,
    text: 'Done.',
    usage: { session: '20261121_110126_2fd295' },
  });
});

/** What ended with exit code 0. */
async function ended(version: string, stdout: string, usage?: object): Promise<Outcome> {
  const job = makeJob();
  const hermes = body(version, version === 'oneshot');
  await hermes.start(job);
  const files = { stdout: join(job.scratch, 'out'), stderr: join(job.scratch, 'err') };
  writeFileSync(files.stdout, stdout);
  if (usage) writeFileSync(join(job.scratch, 'hermes-usage.json'), JSON.stringify(usage));
  return hermes.outcome(job, { exitCode: 0, signal: null, ...files });
}

it.each([
  'API call failed after 3 retries: Connection error.',
  '⚠️ No reply: the model returned empty content after retries and any fallback providers.',
  'Half an answer\n\n⚠️ No reply: streaming stopped early and only a partial response was recovered.',
  '⚠️  The model declined to respond to this request (safety refusal — not a Hermes/gateway failure).',
  "I reached the iteration limit and couldn't generate a summary.",
  '(empty)',
])('does not believe exit code 0 above %j', async (said) => {
  expect(await ended('chat', said)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^Hermes failed: /),
  });
  expect((await ended('oneshot', said, { completed: true, failed: false })).ok).toBe(false);
});

it('believes a report that only mentions such words', async () => {
  const said = 'The log says:\nAPI call failed after 3 retries: Connection error.';
  expect((await ended('chat', said)).ok).toBe(true);
});

it('takes an answer at the end of its turns for unfinished', async () => {
  const said = '⚠️  Reached maximum iterations (2). Requesting summary...\nI made half of it.';
  expect(await ended('chat', said)).toMatchObject({
    ok: false,
    reason: 'Hermes stopped before it was done: I made half of it.',
    text: 'I made half of it.',
  });
});

it.each([
  [{ failed: true, completed: false }, 'Hermes failed'],
  [{ failed: false, completed: false }, 'Hermes stopped before it was done'],
  [undefined, 'left no usage file'],
])('does not believe a one-shot whose usage file says %j', async (usage, reason) => {
  expect(await ended('oneshot', 'All done.', usage)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(reason),
  });
});

it.each([
  ['{"type":"result","exit_code":0,"text":"Half","partial":true}', 'stopped before it was done'],
  [
    '{"type":"result","exit_code":0,"text":"No","failed":true,"error":"HTTP 402"}',
    'Hermes failed: HTTP 402',
  ],
  ['{"type":"result","exit_code":2,"text":"Done"}', 'ended with exit code 2'],
  ['{"type":"text","text":"Done"}', 'ended without a result'],
  ['not JSON at all', 'ended without a result'],
])('does not believe the stream %s', async (stdout, reason) => {
  expect(await ended('stream', stdout)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(reason),
  });
});
