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
 * An allow-list of `base`, with TERM=dumb. An allow-list, because the parent's environment holds
 * other programs' keys, and variables such as API_SERVER_PORT or HERMES_HOME override a house's
 * config.
 */
export function scrubbedEnvironment(base: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = { PATH };
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined) continue;
    if (PASSED.includes(name) || name.startsWith('LC_')) environment[name] = value;
  }
  return { ...environment, TERM: 'dumb' };
}
