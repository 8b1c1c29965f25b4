import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../../lib/core/package-root.ts';

const LAUNCHER = join(packageRoot(), 'scripts', 'robed.js');

/** Where npm's peers are put (tests/support/install-peers.sh). */
const PEERS = join(packageRoot(), '.cache', 'peers', 'node_modules');

const MISSING = 'not installed: tests/support/install-peers.sh';

/** What takes longer hangs. */
const LIMIT_MS = 180_000;

/** A command line of ours, as a user has it: the launcher and the bundle, by the Node we are. */
export const robed = (...args: string[]): string[] => [process.execPath, LAUNCHER, ...args];

/** The path of a program, or why there is none. */
export function findProgram(name: string): string | { problem: string } {
  // Debian leaves PostgreSQL's and redis' outside of some users' PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  return found ?? { problem: MISSING };
}

/** The path of something that npm put among the peers, or why it isn't there. */
export function findPeer(path: string): string | { problem: string } {
  const found = join(PEERS, path);
  return isThere(found) ? found : { problem: MISSING };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The environment without what would change how the measured commands behave. */
function plainEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const {
    ROBED_ROOT: _,
    ROBED_RUN: __,
    FORCE_COLOR: ___,
    NODE_OPTIONS: ____,
    ...env
  } = process.env;
  return { ...env, NO_COLOR: '1', LC_ALL: 'C', ...more };
}

interface Options {
  cwd?: string;
  env?: Record<string, string>;
}

/**
 * Milliseconds that a bash script takes, measured by that bash: a fork of this process would cost
 * more than much of what is measured. Throws with what it said where it fails.
 */
export function timeScript(script: string, { cwd, env = {} }: Options = {}): number {
  const timed = `begun=$EPOCHREALTIME
( set -e; ${script}
) || exit
ended=$EPOCHREALTIME
echo "$(( \${ended/./} - \${begun/./} ))" >&3`;
  const { status, output, error } = spawnSync('bash', ['-c', timed], {
    cwd,
    encoding: 'utf8',
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    timeout: LIMIT_MS,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`exit ${status}: ${output[2] || output[1] || script}`);
  return Number(output[3]) / 1000;
}

/** A word for a shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command line as a shell has it. */
export const shellLine = (argv: readonly string[]): string => argv.map(quoted).join(' ');

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs to its end beside others. */
export async function run(argv: readonly string[], options: Options = {}): Promise<Ran> {
  const [program, ...args] = argv as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: plainEnvironment(options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...said }));
  });
}

/** As `run`; throws with what it said where it fails. */
export async function mustRun(argv: readonly string[], options: Options = {}): Promise<string> {
  const { status, stdout, stderr } = await run(argv, options);
  if (status === 0) return stdout;
  throw new Error(
    `${argv.slice(1, 3).join(' ')} ended with ${status}: ${(stderr || stdout).trim().slice(-500)}`,
  );
}

/** What a program of tests/bench/programs says, as JSON. Each gets a process of its own, hence a cold one. */
export async function runProgram<T>(name: string, ...args: string[]): Promise<T> {
  const path = join(import.meta.dirname, 'programs', `${name}.ts`);
  return JSON.parse(await mustRun([process.execPath, path, ...args])) as T;
}
