import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { findProgram } from '../platform/program.ts';
import type { Body, Ended, Job, Offer, Outcome, Start } from './body.ts';
import { bodyEnvironment } from './environment.ts';
import { readOpenclaw } from './openclaw-output.ts';
import { helpText, names } from './probe.ts';
import { pointerPrompt } from './prompt.ts';
import { writePrompt } from './scratch.ts';
import { verdict } from './verdict.ts';

/** `bodies.openclaw` of house.yaml. */
export interface OpenclawSettings {
  program: string;
  /** Its config file, where it is not the user's own. */
  config?: string | undefined;
}

/** OpenClaw: `agent exec`, a turn without the gateway, else `agent`, a turn through it. */
export function openclawBody(
  settings: OpenclawSettings,
  path: string | undefined,
  root: string,
): Body {
  const locate = (): string | null => findProgram(settings.program, path, root);

  function offer(): Offer {
    if (locate() === null) return { can: false, why: `there is no program ${settings.program}` };
    return { can: true, why: `house.yaml names the program ${settings.program}` };
  }

  async function start(job: Job): Promise<Start> {
    const program = locate();
    if (program === null) throw new UserError(`there is no program ${settings.program}`);
    const environment = bodyEnvironment({ ...process.env, PATH: path }, job);
    const exec = await helpText(program, ['agent', 'exec', '--help'], environment);
    const seconds = String(Math.ceil(job.timeout / 1000));
    if (names(exec, '--cwd')) {
      const prompt = names(exec, '--message-file')
        ? ['--message-file', writePrompt(job)]
        : [pointerPrompt(job)];
      const config =
        settings.config === undefined ? [] : ['--config', resolve(root, settings.config)];
      const terms = ['--json', '--cwd', job.workspace, '--timeout', seconds, ...config];
      return { argv: [program, 'agent', 'exec', ...prompt, ...terms], env: {} };
    }
    const agent = await helpText(program, ['agent', '--help'], environment);
    const prompt = names(agent, '--message-file')
      ? ['--message-file', writePrompt(job)]
      : ['--message', pointerPrompt(job)];
    return {
      argv: [program, 'agent', '--agent', 'main', ...prompt, '--json', '--timeout', seconds],
      env: {},
    };
  }

  return { kind: 'openclaw', agent: true, offer, start, outcome };
}

const outcome = (job: Job, ended: Ended): Outcome => verdict(job, ended, readOpenclaw(ended));
