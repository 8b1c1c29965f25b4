import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readOutput } from '../bodies/output.ts';
import type { Clock } from '../core/clock.ts';
import { EXIT, UserError } from '../core/errors.ts';
import { asText, parseObject } from '../core/untrusted.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { ensureDirectory, removeIfExists } from '../platform/files.ts';
import { acquireLock } from '../platform/lock.ts';
import { readPlain } from '../platform/plain-file.ts';
import { runLogged } from '../platform/run-logged.ts';
import { findPython } from './find-python.ts';

/** The last that PyPI has, and the one that Robed's tests drive. */
export const HERMES_VERSION = '0.19.0';

export interface InstallRequest {
  /** Absolute; the household's hermes-agent/ unless told. */
  into?: string | undefined;
  version?: string | undefined;
  /** A Python from 3.11 to 3.13. */
  python?: string | undefined;
}

export interface InstallDeps {
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  /** One line as each step begins. */
  tell: (step: string) => void;
}

export interface Installed {
  /** Absolute. */
  folder: string;
  program: string;
  version: string;
  /** False where it was there already. */
  changed: boolean;
  log: string;
}

/** Where an installation stands, and what there is to do. */
interface Plan {
  folder: string;
  version: string;
  /** The version that is there whole; null: none. */
  has: string | null;
  log: string;
}

const INSTALL_MARK = 'robed-install.json';
const MAX_BYTES = 4096;

/** Of the log of an installation that failed. */
const LINES = 8;

/** What an installation would do. Throws UserError where something else stands in its place. */
export function planInstall(root: string, request: InstallRequest): Plan {
  const folder = resolve(root, request.into ?? 'hermes-agent');
  const version = request.version ?? HERMES_VERSION;
  if (!/^\d[\w.+!-]{0,40}$/.test(version)) {
    throw new UserError(
      `expected a version such as ${HERMES_VERSION}, found ${JSON.stringify(version)}`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
  const log = join(dirname(folder), '.hermes-install.log');
  if (!existsSync(folder) || readdirSync(folder).length === 0) {
    return { folder, version, has: null, log };
  }
  const mark = readMark(folder);
  if (mark === null) {
    throw new UserError(`expected ${folder} to be empty or made by this command, found neither`, {
      hint: 'a Hermes of your own there serves as it is; or name another place by --into',
    });
  }
  return { folder, version, has: mark.whole ? mark.version : null, log };
}

/**
 * Bring Hermes from PyPI into a virtual environment that houses link to. It is made in its place, for
 * it holds absolute paths; a mark in it says whether it is whole, so an interrupted one is made anew.
 * Running it again does nothing. Throws UserError with the last lines of its log.
 */
export async function installHermes(
  root: string,
  request: InstallRequest,
  deps: InstallDeps,
): Promise<Installed> {
  const plan = planInstall(root, request);
  const { folder, version, log } = plan;
  const done = (changed: boolean): Installed => {
    const program = join(folder, 'bin', 'hermes');
    return { folder, program, version, changed, log };
  };
  if (plan.has === version) return done(false);
  ensureDirectory(dirname(folder), 0o755);
  const what = { what: 'install hermes', clock: deps.clock };
  const lock = await acquireLock(join(dirname(folder), '.hermes-install'), what);
  if (!('release' in lock)) {
    throw new UserError('somebody else is just installing it', { exitCode: EXIT.busy });
  }
  try {
    await install(plan, request, deps);
    return done(true);
  } finally {
    lock.release();
  }
}

async function install(
  { folder, version, has, log }: Plan,
  request: InstallRequest,
  { environment, tell }: InstallDeps,
): Promise<void> {
  const env = environmentFor(environment);
  const step = async (what: string, argv: readonly [string, ...string[]]) => {
    tell(what);
    const problem = await runLogged(argv, { log, env });
    if (problem !== null) throw failure(argv[0], problem, log);
  };
  removeIfExists(log);
  if (has === null) {
    const python = await findPython(request.python, env);
    ensureDirectory(folder, 0o755);
    mark(folder, { version, whole: false });
    clear(folder);
    const venv = `makes an environment in ${folder} with ${python}`;
    await step(venv, [python, '-m', 'venv', realpathSync(folder)]);
  }
  mark(folder, { version, whole: false });
  const python = join(folder, 'bin', 'python');
  const options = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  // aiohttp is an extra of its: without it the gateway has no API.
  const wanted = [`hermes-agent==${version}`, 'aiohttp'];
  const pip = [python, '-m', 'pip', 'install', ...options, ...wanted] as const;
  await step(`installs hermes-agent ${version} from PyPI: 230 MB, a minute or so`, [...pip]);
  await step('asks it who it is', [join(folder, 'bin', 'hermes'), '--version']);
  mark(folder, { version, whole: true });
}

/** pip keeps its own settings (a mirror, a proxy), but no other environment may lead it astray. */
function environmentFor(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PYTHONPATH: _, PYTHONHOME: __, VIRTUAL_ENV: ___, HERMES_HOME: ____, ...env } = base;
  return env;
}

function failure(program: string, problem: string, log: string): UserError {
  const lines = readOutput(log).split('\n').slice(-LINES);
  return new UserError(`${program} ${problem}${lines.map((line) => `\n    ${line}`).join('')}`, {
    hint: `all of it is in ${log}; run it again once that is mended`,
  });
}

interface Mark {
  version: string;
  whole: boolean;
}

const mark = (folder: string, state: Mark): void =>
  writeAtomic(join(folder, INSTALL_MARK), `${JSON.stringify(state)}\n`);

function readMark(folder: string): Mark | null {
  const bytes = readPlain(join(folder, INSTALL_MARK), MAX_BYTES);
  const said = parseObject(bytes?.toString('utf8') ?? '');
  if (said === null) return null;
  const whole = said['whole'] === true && existsSync(join(folder, 'bin', 'hermes'));
  return { version: asText(said['version']), whole };
}

/** What an interrupted one left. The mark stays, which alone says that it is ours to take away. */
function clear(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name !== INSTALL_MARK) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
