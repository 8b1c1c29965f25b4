import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { linkNew } from './atomic-write.ts';
import { step } from './faults.ts';
import { ensureDirectory, removeIfExists, removeTree } from './files.ts';
import { identify, type ProcessIdentity } from './identity.ts';
import type { Exit } from './process.ts';

/** A script for `sh -e`, with nothing on its standard input. No line end in name, cwd and env. */
export interface ScriptOptions {
  /** Names what runs in the list of exit codes; no white space. */
  name: string;
  script: string;
  /** Absolute. */
  cwd: string;
  /** Added to the starter's own. */
  env: Record<string, string>;
}

interface Started {
  /** The leader of the session in which the script runs: ending that ends all of it. */
  identity: ProcessIdentity;
  /** Resolves once, never rejects. A signal shows as 128 + its number, as shells tell it. */
  exited: Promise<Exit>;
}

/**
 * Runs scripts, one at a time, in forks of a small shell that was started beforehand: a tenth of
 * what a fork of Node and the start of a shell cost. The shell leads a session of its own, outlives
 * us while a script runs, and lists the exit codes in a file for whoever takes the run over.
 */
export interface Starter {
  readonly state: 'idle' | 'busy' | 'gone';
  readonly identity: ProcessIdentity;
  /** Where the output of the script that runs, or ran last, goes. */
  readonly stdout: string;
  readonly stderr: string;
  start(options: ScriptOptions): Started;
  /** Move those two, and the script, into a folder of the run's own. */
  keep(folder: string): void;
  /** No more scripts; the one that runs goes on. */
  close(): void;
}

/** Two lines in: the name, and what to do. The exit code goes to the list (4), and then to us (3), who may be gone. */
const LOOP = `while IFS= read -r name && IFS= read -r line; do
  (exec 3>&- 4>&-; unset name; eval "$line")
  code=$?
  echo "$name $code" >&4
  echo "$code" >&3
done`;

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** `folder`, made new, holds its files; `env` is the environment of all it starts. */
export function openStarter(folder: string, env: Record<string, string>): Starter {
  ensureDirectory(folder, 0o700);
  const exits = openSync(exitsPath(folder), APPEND, 0o600);
  try {
    step('spawn', '/bin/sh');
    const stdio = ['pipe', 'ignore', 'ignore', 'pipe', exits] as const;
    const options = { cwd: folder, env, stdio: [...stdio], detached: true };
    const child = spawn('/bin/sh', ['-c', LOOP, 'sh'], options);
    // Where there are no more descriptors or processes, it is told once more a moment later.
    child.once('error', () => {});
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw new Error('could not start /bin/sh');
    return follow(child, identity, folder);
  } finally {
    closeSync(exits);
  }
}

function follow(child: ChildProcess, identity: ProcessIdentity, folder: string): Starter {
  const input = child.stdin as Writable & { unref(): void };
  const output = child.stdio[3] as Readable & { ref(): void; unref(): void };
  const script = join(folder, 'script');
  const stdout = join(folder, 'stdout');
  const stderr = join(folder, 'stderr');
  let ended: ((exit: Exit) => void) | null = null;
  let open = true;
  let kept = false;
  let said = '';

  const finish = (exit: Exit) => {
    const tell = ended;
    ended = null;
    output.unref();
    tell?.(exit);
  };
  const lost = () => {
    open = false;
    finish({ exitCode: null, signal: 'SIGKILL' });
  };
  output.setEncoding('latin1').on('data', (piece: string) => {
    said += piece;
    if (!said.endsWith('\n')) return;
    const exitCode = Number(said);
    said = '';
    finish({ exitCode, signal: null });
  });
  // Whether it got what we wrote is told by what it says, or by its exit.
  input.on('error', () => {});
  child.once('exit', lost).once('error', lost);
  child.unref();
  input.unref();
  output.unref();

  return {
    identity,
    stdout,
    stderr,
    get state() {
      if (!open) return 'gone';
      return ended === null ? 'idle' : 'busy';
    },
    start({ name, script: text, cwd, env }) {
      // What was kept has a second name by now, and is not to be written over. Nor is a script ever:
      // ext4 flushes a file that is cut short and written again, which takes a millisecond.
      for (const path of kept ? [script, stdout, stderr] : [script]) removeIfExists(path);
      kept = false;
      writeFileSync(script, text, { mode: 0o600 });
      for (const path of [stdout, stderr]) {
        if (existsSync(path)) truncateSync(path);
        else closeSync(openSync(path, APPEND, 0o600));
      }
      step('spawn', 'sh');
      const exited = new Promise<Exit>((resolve) => {
        ended = resolve;
      });
      output.ref();
      input.write(`${name}\n${commandLine({ script, stdout, stderr, cwd, env })}\n`);
      return { identity, exited };
    },
    keep(target) {
      ensureDirectory(target, 0o700);
      // By a second name: the shell may not have opened them yet.
      linkNew(script, join(target, 'block-1.sh'));
      linkNew(stdout, join(target, 'stdout'));
      linkNew(stderr, join(target, 'stderr'));
      kept = true;
    },
    close() {
      open = false;
      input.end();
      output.unref();
      if (ended === null) removeTree(folder);
    },
  };
}

/** The list of exit codes of a starter: `name code`, a line each. */
export const exitsPath = (folder: string): string => join(folder, 'exits');

interface Line extends Pick<ScriptOptions, 'cwd' | 'env'> {
  script: string;
  stdout: string;
  stderr: string;
}

function commandLine({ script, stdout, stderr, cwd, env }: Line): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  return [
    `exec </dev/null >>${quote(stdout)} 2>>${quote(stderr)} || exit 126`,
    `cd ${quote(cwd)} || exit 126`,
    ...(variables.length > 0 ? [`export ${variables.join(' ')}`] : []),
    'set -e',
    `. ${quote(script)}`,
  ].join('; ');
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
