import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestHouse } from '../support/house.ts';
import { COMPILED } from './orders.ts';

/** A process at work on a house, that may be killed. */
export interface Program {
  child: ChildProcess;
  /** Resolves with what it wrote to standard error, once it has ended. */
  ended: Promise<string>;
}

/** What a process may be, besides one operation of a scenario. */
type Role = 'recover' | 'runner' | 'take-over' | 'dispatcher' | 'watcher';

/** Made by a watcher that got SIGUSR2, once it has given back what memory it can. */
export const gaveBack = (root: string): string => join(root, 'gave-back');

/** Start the bundled `operate` (see bundleOperation) in one of its roles. */
export function startProgram(
  program: string,
  house: TestHouse,
  role: Role,
  options: { env?: Record<string, string>; around?: readonly string[] } = {},
): Program {
  const [file = '', ...argv] = [
    ...(options.around ?? []),
    process.execPath,
    program,
    house.root,
    '1',
    '0',
    role,
  ];
  const child = spawn(file, argv, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: house.root,
      NODE_COMPILE_CACHE: COMPILED,
      ...options.env,
    },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  // What it started may hold its standard error open for longer than it lives.
  return { child, ended: once(child, 'exit').then(() => said) };
}

/** Pids of whatever mentions a household in its arguments or its environment; we ourselves don't count. */
export function processesOf(root: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, 'latin1');
        if (/\) Z /.test(state)) return false;
        return ['cmdline', 'environ'].some((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(root),
        );
      } catch {
        return false;
      }
    });
}
