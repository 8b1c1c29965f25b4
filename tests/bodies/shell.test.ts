import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Job } from '../../lib/bodies/body.ts';
import { shellBody } from '../../lib/bodies/shell.ts';
import type { CodeBlock } from '../../lib/queue/brief.ts';
import { block, makeJob, supervise } from './supervise.ts';

const run = (blocks: CodeBlock[], given: Partial<Job> = {}) =>
  supervise(shellBody, makeJob({ ...given, blocks }));

it('runs the blocks in order, each in its own language and from the workspace', async () => {
  const { outcome } = await run([
    block('bash', 'cat <<<two; cd /; left=behind'),
    block('python', 'print("no")'),
    block('sh', 'echo "$PWD" >where; echo "three$left"'),
  ]);
  expect(outcome).toMatchObject({ ok: true, text: 'two\nthree' });
});

it('stops at the first block that fails, and names it', async () => {
  const { outcome } = await run([
    block('sh', 'echo one'),
    block('bash', 'exit 4', 12),
    block('sh', 'echo three'),
  ]);
  expect(outcome).toMatchObject({
    ok: false,
    reason: 'block 2 (bash, line 12) ended with exit code 4',
    text: 'one',
  });
});

it('stops a block at its first failing command', async () => {
  const { outcome } = await run([block('sh', 'echo one\nfalse\necho two')]);
  expect(outcome).toMatchObject({ ok: false, text: 'one' });
});

it('sees a failure in the middle of a pipe of bash', async () => {
  const { outcome } = await run([block('bash', 'false | echo passed')]);
  expect(outcome.ok).toBe(false);
});

it('takes silence for success, and says so', async () => {
  const { outcome } = await run([block('sh', 'true')]);
  expect(outcome).toMatchObject({ ok: true, text: 'Ran 1 block without output.' });
});

it('works in folders whose names a shell would take apart', async () => {
  const job = makeJob({ blocks: [block('sh', 'echo done')] });
  const odd = makeJob({
    blocks: job.blocks,
    scratch: join(job.scratch, `it's $(touch pwned) "here"`),
  });
  expect((await supervise(shellBody, odd)).outcome).toMatchObject({ ok: true, text: 'done' });
});

it('keeps what it runs for its owner to read', async () => {
  const { start } = await run([block('sh', 'echo done')]);
  expect(readFileSync(start.argv[1] ?? '', 'utf8')).toContain('block-1.sh');
});

it.each([
  [[], 'no fenced block'],
  [[block('python', 'print()')], 'first block is python'],
])('does not offer to do %j', (blocks, why) => {
  expect(shellBody.offer(makeJob({ blocks }))).toEqual({
    can: false,
    why: expect.stringContaining(why),
  });
});
