import { spawnSync } from 'node:child_process';

const TIMEOUT_MS = 30_000;

/** The user's own systemd. */
export interface Systemctl {
  /** A user manager runs and can be spoken to. */
  available(): boolean;
  /** What systemctl said against it; null where it went well. */
  call(...args: string[]): string | null;
}

export function openSystemctl(environment: NodeJS.ProcessEnv): Systemctl {
  const call = (...args: string[]): string | null => {
    const { status, stderr, error } = spawnSync('systemctl', ['--user', '--no-pager', ...args], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: environment,
    });
    if (error) return error.message;
    return status === 0 ? null : stderr.trim() || `exit code ${status}`;
  };
  return { available: () => call('show-environment') === null, call };
}
