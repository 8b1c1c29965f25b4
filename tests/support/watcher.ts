import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { until } from './until.ts';

export interface Watcher {
  pid: number;
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits for a line on stdout that says this. */
  says(text: string): Promise<unknown>;
  /** The exit code, once everything it wrote has come. */
  ended: Promise<number | null>;
}

/** `robed start` in a process of its own, ended with the test. */
export function startWatcher(root: string, argv: readonly string[] = []): Watcher {
  const launcher = join(packageRoot(), 'scripts', 'robed.js');
  const { ROBED_RUN: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [launcher, 'start', '--root', root, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, NO_COLOR: '1' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid as number,
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (text) =>
      until(`${JSON.stringify(text)} in:\n${stdout}${stderr}`, () => stdout.includes(text)).catch(
        () => {
          throw new Error(
            `the watcher never said ${JSON.stringify(text)}, only:\n${stdout}${stderr}`,
          );
        },
      ),
    ended,
  };
}
