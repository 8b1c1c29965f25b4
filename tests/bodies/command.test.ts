import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Job } from '../../lib/bodies/body.ts';
import { type CommandTemplate, commandBody } from '../../lib/bodies/command.ts';
import { makeJob, supervise } from './supervise.ts';

const body = (template: Partial<CommandTemplate>, root = '/') =>
  commandBody({ argv: ['sh'], stdin: 'none', env: {}, ...template }, process.env['PATH'], root);

const sh = (script: string, given: Partial<Job> = {}) => {
  const job = makeJob(given);
  return supervise(body({ argv: ['sh', '-c', script] }), job);
};

it('fills in every placeholder, in arguments and environment', async () => {
  const argv = [
    'printf',
    '%s\n',
    '{trigger}',
    'in={workspace}',
    '{report}',
    '{task}-{run}-{attempt}',
  ];
  const job = makeJob();
  const { outcome, start } = await supervise(body({ argv, env: { AT: '{run}' } }), job);
  expect(outcome.text).toBe(
    [job.trigger, `in=${job.workspace}`, job.report, 'TASK-001-run-7-1'].join('\n'),
  );
  expect(start.env).toEqual({ AT: 'run-7' });
});

it('gives the prompt by standard input or as a file, for its owner alone', async () => {
  const job = makeJob();
  const { outcome } = await supervise(body({ argv: ['cat'], stdin: 'prompt' }), job);
  expect(outcome.text).toContain(job.text.trim());
  const file = await supervise(body({ argv: ['stat', '-c', '%a', '{prompt_file}'] }), job);
  expect(file.outcome.text).toBe('600');
});

it.each([
  { argv: ['tool', '{prompt}'] },
  { argv: ['tool'], env: { A: '{key}' } },
  { argv: ['{workspace}/tool'] },
])('refuses the template %j and lists what there is', (template) => {
  expect(() => body(template)).toThrow(
    expect.objectContaining({
      exitCode: 78,
      hint: expect.stringMatching(/{trigger}|placeholders stand/),
    }),
  );
});

it('leaves a value that looks like a placeholder as it is', async () => {
  const job = makeJob({ task: '{report}' });
  expect((await body({ argv: ['echo', 'x{task}'] }).start(job)).argv[1]).toBe('x{report}');
});

it('does not let an id become an option', () => {
  const job = makeJob({ task: '--delete' });
  expect(() => body({ argv: ['rm', '{task}'] }).start(job)).toThrow('would be read as an option');
  expect(body({ argv: ['rm', '--task={task}'] }).start(job)).toMatchObject({
    argv: [expect.any(String), '--task=--delete'],
  });
});

it('does not offer a program that is not there', () => {
  expect(body({ argv: ['no-such-tool'] }).offer(makeJob())).toEqual({
    can: false,
    why: 'there is no program no-such-tool',
  });
});

it('finds a program that is named relative to the house', async () => {
  const job = makeJob();
  writeFileSync(join(job.home, 'tool.sh'), '#!/bin/sh\necho found\n', { mode: 0o755 });
  const { outcome } = await supervise(body({ argv: ['./tool.sh'] }, job.home), job);
  expect(outcome.text).toBe('found');
});

const report = (run: string, text: string): string =>
  `printf -- '---\\nrun: ${run}\\n---\\n${text}\\n' >"$ROBED_REPORT"`;

it('takes the report that a silent agent left for this run', async () => {
  expect((await sh(report('run-7', 'Written.'))).outcome).toMatchObject({
    ok: true,
    text: 'Written.',
  });
});

it("takes no other run's report, and none without a name while the trigger stands", async () => {
  expect((await sh(report('run-6', 'Old.'))).outcome.ok).toBe(false);
  expect((await sh('echo Plain. >"$ROBED_REPORT"')).outcome.ok).toBe(false);
  const removed = await sh('echo Plain. >"$ROBED_REPORT"; rm "$ROBED_TRIGGER"');
  expect(removed.outcome).toMatchObject({ ok: true, text: 'Plain.' });
});

it('neither follows a link nor waits at a pipe nor reads a folder in the place of a report', async () => {
  const removed = '; rm "$ROBED_TRIGGER"';
  const linked = await sh(`echo secret >secret; ln -s "$PWD/secret" "$ROBED_REPORT"${removed}`);
  expect(linked.outcome).toMatchObject({ ok: false, text: '' });
  expect((await sh(`mkfifo "$ROBED_REPORT"${removed}`)).outcome).toMatchObject({ ok: false });
  expect((await sh(`mkdir "$ROBED_REPORT"${removed}`)).outcome).toMatchObject({ ok: false });
});

it('shows what was said on standard error where it failed', async () => {
  const { outcome } = await sh('echo half; echo broken >&2; exit 2');
  expect(outcome).toMatchObject({
    reason: 'ended with exit code 2: broken',
    text: 'half\n\nStandard error:\nbroken',
  });
});
