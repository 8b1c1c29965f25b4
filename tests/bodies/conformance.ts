import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Body, Job } from '../../lib/bodies/body.ts';
import { MAX_OUTPUT } from '../../lib/bodies/output.ts';
import { makeJob, supervise } from './supervise.ts';

/** What a body under test is made to do; one of each candidate's bodies does one of them. */
export const ACTS = {
  answers: "echo 'The page is written.'",
  fails: "echo 'half the page'; echo 'no such luck' >&2; exit 3",
  silent: 'true',
  dies: 'kill -9 $$',
  floods: `i=0; while [ $i -lt 30 ]; do head -c 100000 /dev/zero | tr '\\0' x; echo; i=$((i+1)); done; echo END`,
  looks: 'pwd >where; env >environment; echo seen',
} as const;

export type Act = keyof typeof ACTS;

export interface Candidate {
  name: string;
  /** Can it touch files and see its environment? A model can't. */
  hands: boolean;
  silenceIsSuccess?: boolean;
  /** A body that will do `act`, and what its job needs for that. */
  make(act: Act): Promise<{
    body: Body;
    job?: Partial<Job>;
    kill?: (pid: number) => void;
    done?: () => Promise<void>;
  }>;
}

/** No program may read these out of the runner's environment. */
const FOREIGN = {
  OPENAI_API_KEY: 'sk-foreign',
  API_SERVER_PORT: '8644',
  CUSTOM_BASE_URL: 'http://elsewhere',
  HERMES_HOME: '/somebody/else',
  HERMES_YOLO_MODE: '1',
  GITHUB_TOKEN: 'ghp-foreign',
};

const HOSTILE = {
  title: '$(touch pwned) `touch pwned`; touch pwned',
  text: '--yolo\n\'; touch pwned; \'\n"$(touch pwned)"\n~~~\n```\n| touch pwned\n{task} %s $HOME\nSECRET-OF-THE-TASK\n',
  fields: { files: '--delete-everything', note: '$(touch pwned)' },
};

/** What every body that is a process must do. */
export function describeBody({ name, hands, make, silenceIsSuccess = false }: Candidate): void {
  const run = async (act: Act, given: Partial<Job> = {}, base?: NodeJS.ProcessEnv) => {
    const { body, job: needs, kill, done } = await make(act);
    const job = makeJob({ ...given, ...needs });
    try {
      const offer = await body.offer(job);
      return { body, job, offer, ...(await supervise(body, job, base, kill)) };
    } finally {
      await done?.();
    }
  };

  describe.concurrent(`the body ${name}`, () => {
    it('offers to do a job that it can do, and says why', async () => {
      const { offer } = await run('answers');
      expect(offer.can).toBe(true);
      expect(offer.why).not.toBe('');
    });

    it('succeeds with the text that it was told', async () => {
      const { outcome } = await run('answers');
      expect(outcome).toMatchObject({ ok: true, text: 'The page is written.' });
    });

    it('fails, with a reason and what was said, where the exit code is not 0', async () => {
      const { outcome } = await run('fails');
      expect(outcome).toMatchObject({ ok: false, retry: true });
      expect(`${outcome.ok ? '' : outcome.reason} ${outcome.text}`).toContain('no such luck');
    });

    // A shell's exit code is its word; an agent's is not.
    it(`takes exit code 0 without a word for ${silenceIsSuccess ? 'success' : 'no success'}`, async () => {
      const { outcome } = await run('silent');
      expect(outcome).toMatchObject(silenceIsSuccess ? { ok: true } : { ok: false, retry: true });
    });

    it('names the signal that ended it', async () => {
      const { outcome } = await run('dies');
      expect(outcome).toMatchObject({
        ok: false,
        reason: expect.stringContaining('SIGKILL'),
        retry: true,
      });
    });

    it('reads no more than a megabyte of a flood', async () => {
      const { outcome } = await run('floods');
      expect(outcome.text.length).toBeLessThan(MAX_OUTPUT + 1000);
    });

    it('keeps the task text and the secrets of the runner out of argv', async () => {
      const { start } = await run('answers', HOSTILE, { ...process.env, ...FOREIGN });
      const argv = start.argv.join('\n');
      for (const secret of ['SECRET-OF-THE-TASK', 'pwned', 'sk-', '--delete']) {
        expect(argv).not.toContain(secret);
      }
    });

    it('never takes the text of a task for a command', async () => {
      const { job, outcome } = await run('answers', HOSTILE);
      expect(outcome).toMatchObject({ ok: true, text: 'The page is written.' });
      for (const folder of [job.workspace, job.home, job.scratch]) {
        expect(existsSync(join(folder, 'pwned'))).toBe(false);
      }
    });

    if (!hands) return;

    it('works in the workspace', async () => {
      const { job } = await run('looks');
      expect(readFileSync(join(job.workspace, 'where'), 'utf8')).toBe(`${job.workspace}\n`);
    });

    it('tells its process who it is, and nothing of other programs', async () => {
      const { job } = await run('looks', {}, { ...process.env, ...FOREIGN });
      const environment = readFileSync(join(job.workspace, 'environment'), 'utf8').split('\n');
      expect(environment).toEqual(
        expect.arrayContaining([
          'ROBED_RUN=run-7',
          'ROBED_TASK=TASK-001',
          'ROBED_ATTEMPT=1',
          `ROBED_REPORT=${job.report}`,
          `ROBED_TRIGGER=${job.trigger}`,
          `HERMES_HOME=${job.home}`,
        ]),
      );
      const text = environment.join('\n');
      for (const [variable, value] of Object.entries(FOREIGN))
        expect(text).not.toContain(`${variable}=${value}`);
    });
  });
}

/** An act as a file. */
export function actFile(act: Act): string {
  const path = join(mkdtempSync(join(tmpdir(), 'robed-act-')), 'act.sh');
  writeFileSync(path, ACTS[act]);
  return path;
}
