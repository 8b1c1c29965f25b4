import { dirname } from 'node:path';
import { scrubbedEnvironment } from '../platform/scrubbed-environment.ts';
import { type OpenclawConfig, readOpenclawConfig, readToken } from './openclaw-files.ts';
import type { HousePaths } from './paths.ts';

/** How the robe's gateway is started, seen with OpenClaw 2026.9.6. `program` is absolute. */
export function openclawCommand(
  paths: HousePaths,
  program: string,
  port: number,
  base: NodeJS.ProcessEnv,
): { argv: [string, ...string[]]; env: Record<string, string> } {
  const config = readOpenclawConfig(paths);
  const auth = config.auth ? [] : ['--auth', 'token'];
  const place = ['--bind', 'loopback', '--port', String(port)];
  return {
    argv: [program, 'gateway', 'run', '--allow-unconfigured', ...auth, ...place],
    env: environment(paths, config, scrubbedEnvironment(base)),
  };
}

function environment(
  paths: HousePaths,
  config: OpenclawConfig,
  scrubbed: Record<string, string>,
): Record<string, string> {
  return {
    ...scrubbed,
    // Its launcher asks for `node`: the one that runs us, which is new enough for it.
    PATH: `${dirname(process.execPath)}:${scrubbed['PATH']}`,
    OPENCLAW_STATE_DIR: paths.robe,
    // What an agent says through its gateway is never a person's word (see refuseInsideRun).
    ROBED_RUN: 'gateway',
    // A restart of its own stays in the process that we know.
    OPENCLAW_NO_RESPAWN: '1',
    ...(config.auth ? {} : { OPENCLAW_GATEWAY_TOKEN: readToken(paths) }),
    ...(config.channels ? {} : { OPENCLAW_SKIP_CHANNELS: '1' }),
    // Its heartbeats would call the model while nobody has anything to do.
    ...(config.cron ? {} : { OPENCLAW_SKIP_CRON: '1' }),
  };
}
