import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';
import { step } from './faults.ts';
import { identify, type ProcessIdentity } from './identity.ts';

export interface SpawnOptions {
  argv: readonly [string, ...string[]];
  /** Absolute. */
  cwd: string;
  /** The whole environment; nothing of ours is added. */
  env: Record<string, string>;
  /** A file that becomes standard input; without it that is empty. */
  stdinPath?: string;
  /** Appended to; made with mode 0600. May be the same file. */
  stdoutPath: string;
  stderrPath: string;
  /** Don't keep this process running for it. */
  background?: boolean;
}

export interface Exit {
  /** Null where a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export interface Spawned {
  pid: number;
  identity: ProcessIdentity;
  /** Resolves once, never rejects. */
  exited: Promise<Exit>;
}

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/**
 * Starts a program in a session and process group of its own, output straight into files: nothing
 * of ours has to live for it, and no grandchild can hold us up. Rejects with Node's error (ENOENT,
 * EACCES, …) where it does not start.
 */
export async function spawnDetached(options: SpawnOptions): Promise<Spawned> {
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const fd = openSync(path, flags, 0o600);
    opened.push(fd);
    return fd;
  };
  let child: ChildProcess;
  try {
    const stdin = options.stdinPath ? open(options.stdinPath, constants.O_RDONLY) : 'ignore';
    const stdout = open(options.stdoutPath, APPEND);
    const stderr = open(options.stderrPath, APPEND);
    child = start(options, [stdin, stdout, stderr]);
  } finally {
    for (const fd of opened) closeSync(fd);
  }
  return follow(child, options);
}

function start({ argv, cwd, env }: SpawnOptions, stdio: (number | 'ignore')[]): ChildProcess {
  const [program, ...rest] = argv;
  step('spawn', program);
  return spawn(program, rest, { cwd, env, stdio, detached: true });
}

async function follow(child: ChildProcess, options: SpawnOptions): Promise<Spawned> {
  const { pid } = child;
  // Before anything is awaited: even a process that has ended is not reaped until then.
  const identity = pid === undefined ? null : identify(pid);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    const message = `could not start ${options.argv[0]} in ${options.cwd}`;
    throw Object.assign(new Error(message, { cause: error }), { code: errorCode(error) });
  }
  if (pid === undefined || !identity) throw new Error(`no process for ${options.argv[0]}`);
  if (options.background) child.unref();
  return { pid, identity, exited };
}
