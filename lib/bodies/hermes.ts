import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { EXIT, UserError } from '../core/errors.ts';
import { programIn } from '../houses/codebase.ts';
import { hermesAtWork } from '../houses/hermes-probe.ts';
import { findProgram } from '../platform/program.ts';
import type { Body, Ended, Job, Offer, Outcome, Start } from './body.ts';
import { bodyEnvironment } from './environment.ts';
import {
  readHermesChat,
  readHermesOneShot,
  readHermesRun,
  readHermesStream,
} from './hermes-output.ts';
import { abandonHermesRun, hermesRunResult, startHermesRun } from './hermes-runs.ts';
import { readOutput } from './output.ts';
import { helpText, names } from './probe.ts';
import { pointerPrompt } from './prompt.ts';
import { writePrompt, writeScratch } from './scratch.ts';
import { verdict } from './verdict.ts';

/** `bodies.hermes` of house.yaml. */
export interface HermesSettings {
  program: string;
  /** Whether it may act without asking; nobody is there to answer. */
  yolo: boolean;
  /** The tag of its sessions. */
  source: string;
}

export interface HermesContext {
  /** PATH, where a bare name is looked up. */
  path: string | undefined;
  /** Absolute; the house. */
  root: string;
  /** How Robed is started again. */
  self: readonly [string, ...string[]];
  /** The port that house.yaml gives the gateway. */
  port?: number | undefined;
}

/**
 * How it is asked, best first. `gateway`: through the API of the house's gateway, where that takes
 * work. `stream`: prompt by standard input, JSON lines back (since August 2026). `oneshot`: `hermes -z` with a usage file, which always acts without asking and knows no
 * limit of turns. `chat`: a plain answer, all that is left for a house without yolo.
 */
type Mode = 'gateway' | 'stream' | 'oneshot' | 'chat';

/** Hermes Agent, in the wizard's own home. */
export function hermesBody(settings: HermesSettings, context: HermesContext): Body {
  const { path, root, self } = context;
  const port = context.port === undefined ? {} : { port: context.port };
  const locate = (): string | null => locateHermes(settings.program, path, root);

  function offer(): Offer {
    if (locate() === null) return { can: false, why: `there is no program ${settings.program}` };
    return { can: true, why: `house.yaml names the program ${settings.program}` };
  }

  async function start(job: Job): Promise<Start> {
    checkHome(job.home);
    // Its API knows no limit of turns.
    if (job.budget.turns === undefined && (await hermesAtWork(job.home, context.port)) !== null) {
      writeScratch(job, MODE_FILE, 'gateway' satisfies Mode);
      return startHermesRun(job, { yolo: settings.yolo, self, ...port });
    }
    const program = locate();
    if (program === null) throw new UserError(`there is no program ${settings.program}`);
    const environment = bodyEnvironment({ ...process.env, PATH: path }, job);
    const chat = await helpText(program, ['chat', '--help'], environment);
    const general = await helpText(program, ['--help'], environment);
    const mode = pickMode(chat, general, settings.yolo && job.budget.turns === undefined);
    writeScratch(job, MODE_FILE, mode);
    const env = { HERMES_HOME: job.home };
    if (mode === 'oneshot') {
      return { argv: [program, '-z', pointerPrompt(job), '--usage-file', usageFile(job)], env };
    }
    const flags = chatFlags(job, chat);
    if (mode === 'stream') {
      const ask = ['chat', '--query-file', '-', '--format', 'stream-json'];
      return { argv: [program, ...ask, ...flags], env, stdin: writePrompt(job) };
    }
    return { argv: [program, 'chat', '-q', pointerPrompt(job), '-Q', ...flags], env };
  }

  function chatFlags(job: Job, help: string): string[] {
    const { turns } = job.budget;
    return [
      ...(turns === undefined ? [] : ['--max-turns', String(turns)]),
      ...(names(help, '--run-budget')
        ? ['--run-budget', String(Math.ceil(job.timeout / 1000))]
        : []),
      ...(settings.yolo ? ['--yolo'] : []),
      ...(names(help, '--source') ? ['--source', settings.source] : []),
    ];
  }

  const abandon = (job: Job): Promise<string | null> => abandonHermesRun(job, context.port);

  return { kind: 'hermes', agent: true, offer, start, outcome, abandon };
}

/** A bare `hermes` is first of all the one of the house's own codebase. */
function locateHermes(name: string, path: string | undefined, root: string): string | null {
  const codebase = join(root, 'hermes-agent');
  const own = name === 'hermes' ? programIn(codebase) : null;
  return own === null ? findProgram(name, path, root) : join(codebase, own);
}

function pickMode(chat: string, general: string, oneShotFits: boolean): Mode {
  if (names(chat, '--query-file') && names(chat, 'stream-json')) return 'stream';
  return oneShotFits && names(general, '--usage-file') ? 'oneshot' : 'chat';
}

/** Without HERMES_HOME it would silently work in the default profile, which has corrupted data. */
function checkHome(home: string): void {
  if (isAbsolute(home) && existsSync(home) && statSync(home).isDirectory()) return;
  throw new UserError(`expected HERMES_HOME to be a folder, found ${JSON.stringify(home)}`, {
    hint: 'Hermes is never started without a home of its own',
    exitCode: EXIT.config,
  });
}

function outcome(job: Job, ended: Ended): Outcome {
  const mode = readOutput(join(job.scratch, MODE_FILE)) as Mode;
  if (mode === 'gateway') return verdict(job, ended, readHermesRun(ended, hermesRunResult(job)));
  if (mode === 'stream') return verdict(job, ended, readHermesStream(ended.stdout));
  if (mode === 'oneshot') return verdict(job, ended, readHermesOneShot(ended, usageFile(job)));
  return verdict(job, ended, readHermesChat(ended));
}

const MODE_FILE = 'hermes-mode';

const usageFile = (job: Job): string => join(job.scratch, 'hermes-usage.json');
