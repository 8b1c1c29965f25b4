import type { Job } from './body.ts';

/** What a program needs to find itself and its user; everything else is somebody's own business. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** POSIX's default, for a parent (cron, systemd) that gave none. */
const PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The environment of a body: an allow-list of `base`, then `extra` (the body's own `Start.env`),
 * then what tells the body who it is. An allow-list, because the parent's environment holds other
 * programs' keys, and variables such as API_SERVER_PORT or HERMES_HOME override a house's config.
 */
export function bodyEnvironment(
  base: NodeJS.ProcessEnv,
  job: Pick<Job, 'task' | 'run' | 'attempt' | 'report' | 'trigger' | 'home'>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = { PATH };
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined) continue;
    if (PASSED.includes(name) || name.startsWith('LC_')) environment[name] = value;
  }
  return {
    ...environment,
    TERM: 'dumb',
    ...extra,
    HERMES_HOME: job.home,
    ROBED_RUN: job.run,
    ROBED_TASK: job.task,
    ROBED_ATTEMPT: String(job.attempt),
    ROBED_REPORT: job.report,
    ROBED_TRIGGER: job.trigger,
  };
}
