import { dirname, join } from 'node:path';
import { spawnDetached } from '../platform/process.ts';
import { selfCommand } from './bodies-context.ts';
import type { LaunchRunner } from './context.ts';

/**
 * Start a runner that outlives us: in a session of its own, its messages in logs/runner.log. It
 * inherits the environment, of which bodies get an allow-list (lib/bodies/environment.ts).
 * `onExit` is called when one ends while we are still here.
 */
export const launchRunner =
  (
    environment: NodeJS.ProcessEnv,
    onExit: () => void = () => {},
    flags: readonly string[] = [],
  ): LaunchRunner =>
  async (house, run) => {
    const { paths } = house;
    const root = dirname(dirname(paths.house));
    const log = join(paths.logs, 'runner.log');
    const { identity, exited } = await spawnDetached({
      argv: [
        ...selfCommand(),
        'runner',
        '--root',
        root,
        '--wizard',
        house.name,
        '--run',
        run,
        ...flags,
      ],
      cwd: paths.house,
      env: definedOf(environment),
      stdoutPath: log,
      stderrPath: log,
      background: true,
    });
    void exited.then(onExit);
    return identity;
  };

/** Start a runner for what this process began and can't stay for. */
export const launchTakeOver = (environment: NodeJS.ProcessEnv): LaunchRunner =>
  launchRunner(environment, () => {}, ['--take-over']);

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) defined[name] = value;
  }
  return defined;
}
