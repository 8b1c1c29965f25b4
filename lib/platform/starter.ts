import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { linkNew } from './atomic-write.ts';
import { step } from './faults.ts';
import { ensureDirectory, removeIfExists, removeTree } from './files.ts';
import { identify, type ProcessIdentity } from './identity.ts';
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
 * what a fork of Node and the start of a shell cost. The shell leads a session of its own, outlives
 * us while a script runs, and lists the exit codes in a file for whoever takes the run over.
 */
export interface Starter {
  readonly state: 'idle' | 'busy' | 'gone';
  readonly identity: ProcessIdentity;
  /** Where the output of the script that runs, or ran last, goes. */
  readonly stdout: string;
  readonly stderr: string;
  /**
   * Hand in a script beforehand: the shell gets ready for it as soon as what runs has ended, and
   * begins it at `start`. One at a time; another takes its place.
   */
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
  /** No more scripts; the one that runs goes on. */
  close(): void;
}

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** `folder`, made new, holds its files; `env` is the environment of all it starts. */
export function openStarter(folder: string, env: Record<string, string>): Starter {
  ensureDirectory(folder, 0o700);
  const exits = openSync(exitsPath(folder), APPEND, 0o600);
  try {
    step('spawn', '/bin/sh');
    const stdio = ['pipe', 'ignore', 'ignore', 'pipe', exits, 'pipe'] as const;
    const options = { cwd: folder, env, argv0: 'sh', stdio: [...stdio], detached: true };
    // Its input is what it is told to do: a shell takes that in by pieces, where `read` goes byte by byte.
    const child = spawn('/bin/sh', ['-s'], options);
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
  const gate = (child.stdio as unknown[])[5] as Writable & { unref(): void };
  const stdout = join(folder, 'stdout');
  const stderr = join(folder, 'stderr');
  /** Who waits for the exit of what was handed in, in that order. */
  const waiting: ((exit: Exit) => void)[] = [];
  let armed: string | null = null;
  let busy = false;
  let open = true;
  /** The files of the output are there, empty, and have no other name. */
  let fresh = false;
  let text = '';
  let said = '';

  const lost = () => {
    open = false;
    for (const tell of waiting.splice(0)) tell({ exitCode: null, signal: 'SIGKILL' });
  };
  output.setEncoding('latin1').on('data', (piece: string) => {
    const codes = (said + piece).split('\n');
    said = codes.pop() ?? '';
    for (const code of codes) waiting.shift()?.({ exitCode: Number(code), signal: null });
  });
  // Whether it got what we wrote is told by what it says, or by its exit.
  for (const stream of [input, gate]) stream.on('error', () => {}).unref();
  // What it said before it died is read first; and nobody waits at the gate of one that is dead.
  output.once('close', lost);
  child.once('exit', () => gate.destroy()).once('error', lost);
  child.unref();
  output.unref();

  const arm = (options: ScriptOptions) => {
    if (armed !== null) gate.write('\n');
    armed = options.name;
    waiting.push(() => {});
    input.write(commandLine({ ...options, stdout, stderr }));
  };

  return {
    identity,
    stdout,
    stderr,
    get state() {
      if (busy) return 'busy';
      return open ? 'idle' : 'gone';
    },
    get armed() {
      return armed;
    },
    arm,
    start(options) {
      if (armed !== options.name) arm(options);
      armed = null;
      if (!fresh) {
        for (const path of [stdout, stderr]) {
          removeIfExists(path);
          closeSync(openSync(path, APPEND, 0o600));
        }
      }
      fresh = false;
      text = options.script;
      step('spawn', 'sh');
      busy = true;
      const exited = new Promise<Exit>((resolve) => {
        waiting[waiting.length - 1] = (exit) => {
          busy = false;
          output.unref();
          resolve(exit);
        };
      });
      output.ref();
      gate.write(`${options.name}\n`);
      return { identity, exited };
    },
    saidAnything() {
      fresh = statSync(stdout).size + statSync(stderr).size === 0;
      return !fresh;
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
      input.end();
      gate.end();
      output.unref();
      if (!busy) removeTree(folder);
    },
  };
}

/** The list of exit codes of a starter: `name code`, a line each. */
export const exitsPath = (folder: string): string => join(folder, 'exits');

interface Line extends ScriptOptions {
  stdout: string;
  stderr: string;
}

/**
 * Begins when its name comes in at the gate (5). The exit code goes to the list (4), and then to us
 * (3), who may be gone.
 */
function commandLine({ name, script, stdout, stderr, cwd, env }: Line): string {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${quote(value)}`);
  const steps = [
    'IFS= read -r go <&5',
    `[ "$go" = ${quote(name)} ] || exit 125`,
    'unset go; exec 3>&- 4>&- 5<&-',
    `exec </dev/null >>${quote(stdout)} 2>>${quote(stderr)} || exit 126`,
    `cd ${quote(cwd)} || exit 126`,
    ...(variables.length > 0 ? [`export ${variables.join(' ')}`] : []),
    'set -e',
    `eval ${quote(script)}`,
  ];
  return `(${steps.join('; ')}); code=$?; echo ${quote(name)} "$code" >&4; echo "$code" >&3; unset code\n`;
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
