import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { withWord } from '../houses/cron-lines.ts';
import { runProbe } from '../platform/probe.ts';

/** A dry run of the slowest job takes seconds. */
const TIMEOUT_MS = 120_000;

/**
 * Run a command of our own as cron would, but for `--dry-run`: cron's shell, and nothing in the
 * environment that cron doesn't put there. null where it went well, else what was wrong.
 */
export async function replay(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  const home = environment['HOME'] || homedir();
  if (!existsSync(home)) return `the home folder ${home} does not exist`;
  const { exitCode, stdout, stderr, timedOut, code } = await runProbe(
    ['/bin/sh', '-c', withWord(command, '--dry-run')],
    {
      timeout: TIMEOUT_MS,
      cwd: home,
      env: {
        HOME: home,
        LOGNAME: environment['LOGNAME'] || userInfo().username,
        SHELL: '/bin/sh',
        PATH: '/usr/bin:/bin',
      },
    },
  );
  if (exitCode === 0) return null;
  const said = (stderr.trim() || stdout.trim()).split('\n', 1)[0] ?? '';
  if (timedOut) return `no end within ${TIMEOUT_MS / 1000} s`;
  return `${code ?? `exit code ${exitCode}`}${said === '' ? '' : `: ${said}`}`;
}
