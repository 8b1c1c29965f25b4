import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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

/** `robed start` from the sources, in a process of its own, ended with the test. */
export function startWatcher(root: string, argv: readonly string[] = []): Watcher {
  buildIfMissing();
  const main = join(packageRoot(), 'lib', 'cli', 'main.ts');
  const script = `import(${JSON.stringify(main)}).then(async ({ main }) => { process.exitCode = await main(process.argv.slice(1)); })`;
  const { ROBED_RUN: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--eval', script, '--', 'start', '--root', root, ...argv],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, NO_COLOR: '1' } },
  );
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

/** Runners are started from the bundle; `npm test` builds it beforehand. */
function buildIfMissing(): void {
  if (existsSync(join(packageRoot(), 'dist', 'robed.js'))) return;
  spawnSync(process.execPath, ['scripts/build.ts'], { cwd: packageRoot(), stdio: 'inherit' });
}
