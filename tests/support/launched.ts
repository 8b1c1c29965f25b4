import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../lib/core/package-root.ts';
import type { Ran } from './robed.ts';

/** Runs `robed` as people do: the launcher, the pinned Node, the bundle. */
export function launched(
  root: string,
  argv: readonly string[],
  { env, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<Ran> {
  const { ROBED_ROOT: _, ROBED_RUN: __, FORCE_COLOR: ___, ...environment } = process.env;
  const launcher = join(packageRoot(), 'scripts', 'robed.js');
  const child = spawn(process.execPath, [launcher, ...argv], {
    cwd: root,
    env: { ...environment, NO_COLOR: '1', ...env },
  });
  child.stdin.end(input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
