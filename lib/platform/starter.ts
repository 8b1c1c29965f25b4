import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { singleQuoted } from '../core/single-quoted.ts';
import { linkNew } from './atomic-write.ts';
import { step } from './faults.ts';
import { ensureDirectory, removeIfExists, removeTree } from './files.ts';
import { identify, type ProcessIdentity } from './identity.ts';
import { hasWriter } from './native.ts';
import type { Exit } from './process.ts';

/** A script for `sh -e`, with nothing on its standard input. No NUL anywhere. */
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
 * what a fork of Node and the start of a shell cost. Each fork is there before its script is, and
 * waits. The shell leads a session of its own, outlives us while a script runs, and lists the exit
 * codes in a file for whoever takes the run over.
 */
export interface Starter {
  readonly state: 'idle' | 'busy' | 'gone';
  readonly identity: ProcessIdentity;
  /** Where the output of the script that runs, or ran last, goes. */
  readonly stdout: string;
  readonly stderr: string;
  /** Hand in a script beforehand, which begins at `start`. One at a time; another takes its place. */
  arm(options: ScriptOptions): void;
  /** The name of what was handed in so. */
  readonly armed: string | null;
  start(options: ScriptOptions): Started;
  /** Whether there is any, once the script has ended. */
  saidAnything(): boolean;
  /** Give the output, and the script, a name in a folder of the run's own. */
  keep(folder: string): void;
  /** No more scripts, for its session is about to be ended: which is told to us a moment later. */
  spend(): void;
  /** No more scripts; the one that runs goes on, and its exit code stays listed. */
  close(): void;
}

/** After so many scripts it is spent: the list of their exit codes does not grow for months. */
const SCRIPTS = 10_000;

/** An exit code above it may be a signal's. */
const KILLED = 128;

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/**
 * Each fork waits at the gate (5) for the name of the file that says what to run, and the shell goes
 * with it where nobody is left to tell. The exit code goes to the list (4), and then to us (3), who
 * may be gone. A fork has the variables of the shell: that has none of its own.
 */
const LOOP = `while :; do
(read -r go <&5 || { kill -9 $$; exit; }; . ./"$go")
set -- $?; echo "$1" >&4; echo "$1" >&3
done`;

/** `folder`, made new, holds its files; `env` is the environment of all it starts. */
export function openStarter(
  folder: string,
  env: Record<string, string>,
  scripts = SCRIPTS,
): Starter {
  ensureDirectory(folder, 0o700);
  const exits = openSync(exitsPath(folder), APPEND, 0o600);
  try {
    step('spawn', '/bin/sh');
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', exits, 'pipe'] as const;
    const options = { cwd: folder, env, argv0: 'sh', stdio: [...stdio], detached: true };
    const child = spawn('/bin/sh', ['-c', LOOP], options);
    // Where there are no more descriptors or processes, it is told once more a moment later.
    child.once('error', () => {});
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw new Error('could not start /bin/sh');
    return follow(child, identity, folder, scripts);
  } finally {
    closeSync(exits);
  }
}

function follow(
  child: ChildProcess,
  identity: ProcessIdentity,
  folder: string,
  scripts: number,
): Starter {
  let left = scripts;
  const output = child.stdio[3] as Readable & { ref(): void; unref(): void };
  const gate = (child.stdio as unknown[])[5] as Writable & { unref(): void };
  const stdout = join(folder, 'stdout');
  const stderr = join(folder, 'stderr');
  let waiting: ((exit: Exit) => void) | null = null;
  let armed: string | null = null;
  /** Two files in turn: what runs, by this one, may not have read all of it yet. */
  let turn = 0;
  let open = true;
  let closed = false;
  /** The files of the output are there, empty, and have no other name. */
  let fresh = false;
  let name = '';
  let text = '';
  let said = '';

  const tell = (exit: Exit) => {
    const resolve = waiting;
    waiting = null;
    output.unref();
    resolve?.(exit);
  };
  const lost = () => {
    open = false;
    tell({ exitCode: null, signal: 'SIGKILL' });
  };
  /** Not of a fork that was killed at the gate: the next one there is told what this one was to do. */
  const isItsOwn = (code: string) =>
    Number(code) <= KILLED || listsCode(exitsPath(folder), name, code);
  output.setEncoding('latin1').on('data', (piece: string) => {
    said += piece;
    if (!said.endsWith('\n')) return;
    const code = said.trimEnd();
    said = '';
    if (waiting === null || !isItsOwn(code)) lost();
    else tell({ exitCode: Number(code), signal: null });
  });
  // Whether it got what we wrote is told by what it says, or by its exit.
  gate.on('error', () => {}).unref();
  // What it said before it died is read first; and nobody waits at the gate of one that is dead.
  output.once('close', lost);
  child.once('exit', () => gate.destroy()).once('error', lost);
  child.unref();
  output.unref();

  const arm = (options: ScriptOptions) => {
    armed = null;
    const path = join(folder, fileOf(1 - turn));
    step('open', path);
    writeFileSync(path, linesOf({ ...options, stdout, stderr }), { mode: 0o600 });
    armed = options.name;
  };

  return {
    identity,
    stdout,
    stderr,
    get state() {
      if (waiting !== null) return 'busy';
      return open ? 'idle' : 'gone';
    },
    get armed() {
      return armed;
    },
    arm,
    start(options) {
      if (armed !== options.name) arm(options);
      armed = null;
      turn = 1 - turn;
      if (!fresh) {
        for (const path of [stdout, stderr]) {
          removeIfExists(path);
          closeSync(openSync(path, APPEND, 0o600));
        }
      }
      fresh = false;
      ({ name, script: text } = options);
      step('spawn', 'sh');
      if (--left <= 0) open = false;
      const exited = new Promise<Exit>((resolve) => {
        waiting = resolve;
      });
      output.ref();
      gate.write(`${fileOf(turn)}\n`);
      return { identity, exited };
    },
    saidAnything() {
      const silent = statSync(stdout).size + statSync(stderr).size === 0;
      // Whoever got away may yet write, and into what is the next one's by then.
      fresh = silent && !isHeld(stdout) && !isHeld(stderr);
      return !silent;
    },
    keep(target) {
      fresh = false;
      ensureDirectory(target, 0o700);
      const script = join(target, 'block-1.sh');
      step('open', script);
      writeFileSync(script, text, { mode: 0o600 });
      // By a second name: the shell may not have opened them yet.
      linkNew(stdout, join(target, 'stdout'));
      linkNew(stderr, join(target, 'stderr'));
    },
    spend() {
      open = false;
    },
    close() {
      open = false;
      if (closed) return;
      closed = true;
      gate.end();
      output.unref();
      if (waiting === null) removeTree(folder);
    },
  };
}

/** The list of exit codes of a starter: `name code`, a line each; the last may be a `name ` without its end. */
export const exitsPath = (folder: string): string => join(folder, 'exits');

/** The code goes to the list before it goes to us. */
function listsCode(list: string, name: string, code: string): boolean {
  try {
    return readFileSync(list, 'latin1').split('\n').includes(`${name} ${code}`);
  } catch {
    return false;
  }
}

function isHeld(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    return hasWriter(file) !== false;
  } finally {
    closeSync(file);
  }
}

const fileOf = (turn: number): string => `next-${turn}`;

interface Lines extends ScriptOptions {
  stdout: string;
  stderr: string;
}

/** Read to its end before the script begins. */
function linesOf({ name, script, stdout, stderr, cwd, env }: Lines): string {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${singleQuoted(value)}`);
  return [
    `printf '%s ' ${singleQuoted(name)} >&4`,
    'unset go; set --; exec 3>&- 4>&- 5<&-',
    `exec </dev/null >>${singleQuoted(stdout)} 2>>${singleQuoted(stderr)} || exit 126`,
    `cd ${singleQuoted(cwd)} || exit 126`,
    ...(variables.length > 0 ? [`export ${variables.join(' ')}`] : []),
    'set -e',
    `eval ${singleQuoted(script)}; exit`,
  ].join('\n');
}
