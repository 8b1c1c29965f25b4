import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../lib/core/package-root.ts';
import type { Ran } from './robed.ts';

/** As `robed`, while servers of the test itself go on answering. */
export async function robedAsync(
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const main = join(packageRoot(), 'lib', 'cli', 'main.ts');
  const { ROBED_ROOT: _, ROBED_RUN: __, FORCE_COLOR: ___, ...environment } = process.env;
  const child = spawn(process.execPath, [main, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, NO_COLOR: '1', ...env },
  });
  const text = async (stream: NodeJS.ReadableStream) => {
    let all = '';
    for await (const piece of stream) all += String(piece);
    return all;
  };
  const status = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, stdout, stderr };
}
