import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../lib/core/package-root.ts';

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a `robed` command line as people do: the launcher, the pinned Node, the bundle. */
export function robed(
  argv: readonly string[],
  { cwd, env, input }: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): Ran {
  const launcher = join(packageRoot(), 'scripts', 'robed.js');
  const { ROBED_ROOT: _, ROBED_RUN: __, FORCE_COLOR: ___, ...environment } = process.env;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [launcher, ...argv], {
    cwd,
    input: input ?? '',
    encoding: 'utf8',
    env: { ...environment, NO_COLOR: '1', ...env },
  });
  if (error) throw error;
  return { status, stdout, stderr };
}
