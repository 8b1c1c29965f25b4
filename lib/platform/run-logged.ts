import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';

/**
 * Run a program to its end in our own process group, so that Ctrl-C ends it too; what it says is
 * appended to a log. null, or why it failed, in a part of a sentence.
 */
export async function runLogged(
  [program, ...args]: readonly [string, ...string[]],
  { log, env }: { log: string; env: NodeJS.ProcessEnv },
): Promise<string | null> {
  const file = openSync(log, 'a', 0o600);
  try {
    const child = spawn(program, args, { env, stdio: ['ignore', file, file] });
    return await new Promise((resolve) => {
      child.on('error', (error) => resolve(`could not be started (${errorCode(error)})`));
      child.on('exit', (code, signal) => {
        resolve(code === 0 ? null : signal ? `was ended by ${signal}` : `ended with ${code}`);
      });
    });
  } finally {
    closeSync(file);
  }
}
