import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Body, Ended, Job, Outcome, Start } from '../../lib/bodies/body.ts';
import { bodyEnvironment } from '../../lib/bodies/environment.ts';
import type { CodeBlock } from '../../lib/queue/brief.ts';

/** A job in a temporary house of its own. */
export function makeJob(given: Partial<Job> = {}): Job {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-body-')));
  const job: Job = {
    task: 'TASK-001',
    title: 'Write the page',
    run: 'run-7',
    attempt: 1,
    text: '## TASK-001: Write the page\n\nSay what you did.\n',
    blocks: [],
    fields: {},
    verify: [],
    produces: [],
    workspace: join(root, 'workspace'),
    home: join(root, 'home'),
    trigger: join(root, 'home', 'TASK-001.active'),
    report: join(root, 'home', 'TASK-001.txt'),
    scratch: join(root, 'scratch'),
    timeout: 60_000,
    budget: {},
    ...given,
  };
  for (const folder of [job.workspace, job.home, job.scratch])
    mkdirSync(folder, { recursive: true });
  writeFileSync(job.trigger, job.text);
  return job;
}

export const block = (language: string, code: string, line = 3): CodeBlock => ({
  language,
  code,
  line,
});

/** A runner's part in small: start, wait, read the end. `onStart` may end the process. */
export async function supervise(
  body: Body,
  job: Job,
  base: NodeJS.ProcessEnv = process.env,
  onStart: (pid: number) => void = () => {},
): Promise<{ start: Start; ended: Ended; outcome: Outcome }> {
  const start = await body.start(job);
  const stdout = join(job.scratch, 'stdout');
  const stderr = join(job.scratch, 'stderr');
  const input = start.stdin === undefined ? null : openSync(start.stdin, 'r');
  const files = [openSync(stdout, 'w'), openSync(stderr, 'w')] as const;
  const [program, ...args] = start.argv;
  const child = spawn(program, args, {
    cwd: job.workspace,
    env: bodyEnvironment(base, job, start.env),
    stdio: [input ?? 'ignore', ...files],
    detached: true,
  });
  const end = new Promise<Pick<Ended, 'exitCode' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  if (child.pid !== undefined) onStart(child.pid);
  const ended: Ended = { ...(await end), stdout, stderr };
  for (const file of input === null ? files : [input, ...files]) closeSync(file);
  return { start, ended, outcome: await body.outcome(job, ended) };
}
