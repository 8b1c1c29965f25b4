import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { cronDaemon } from '../../lib/platform/cron-daemon.ts';
import type { Ran } from './robed.ts';
import { until } from './until.ts';

/** A user made for one test, whose crontab a real cron serves. */
export interface CronUser {
  name: string;
  home: string;
  /** Robed, where this user may read it. */
  robed: string;
  /** Runs a program as this user, in an environment as cron gives. */
  run(argv: readonly string[], input?: string): Ran;
  /** The text of a file of this user's; '' where there is none. */
  read(path: string): string;
}

/** Root, or sudo without a password: users can't be made otherwise. */
export const mayBeRoot = (): boolean => asRoot(['true']).status === 0;

/** Gone when the test has finished, crontab, files and cron with it. */
export async function cronUser(): Promise<CronUser> {
  const name = `robed-${randomBytes(4).toString('hex')}`;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'robed-cron-')));
  onTestFinished(() => {
    asRoot(['crontab', '-r', '-u', name]);
    asRoot(['userdel', name]);
    asRoot(['rm', '-rf', folder]);
  });
  // The folder of a test run is its owner's alone; this user has to get through.
  for (const path of [folder, dirname(folder)]) {
    if ((statSync(path).mode & 0o777) === 0o700) chmodSync(path, 0o711);
  }
  const home = join(folder, 'home');
  mkdirSync(home);
  must(asRoot(['useradd', '--home-dir', home, '--shell', '/bin/sh', name]));
  const robed = copyRobed(join(folder, 'robed'));
  must(asRoot(['chown', '-R', `${name}:`, home]));
  const enter = await startCron(folder);
  return {
    name,
    home,
    robed,
    run(argv, input = '') {
      const environment = [`HOME=${home}`, `LOGNAME=${name}`, 'PATH=/usr/bin:/bin'];
      return asRoot(
        [...enter, 'runuser', '-u', name, '--', 'env', '-i', '-C', home, ...environment, ...argv],
        input,
      );
    },
    read: (path) => asRoot(['cat', path]).stdout,
  };
}

/** What runs of a checkout, since that may stand where nobody else may look. */
function copyRobed(to: string): string {
  const from = packageRoot();
  for (const part of ['dist', 'scripts', 'migrations', 'templates', 'package.json']) {
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
  for (const name of packages(from)) {
    const path = join('node_modules', name);
    cpSync(join(from, path), join(to, path), { recursive: true });
  }
  mkdirSync(join(to, 'node_modules', '.bin'), { recursive: true });
  cpSync(realpathSync(process.execPath), join(to, 'node_modules', '.bin', 'node'));
  must(asRoot(['chmod', '-R', 'a+rX', to]));
  return to;
}

/** What the bundle may yet load, with all that it needs in turn; esbuild only builds. */
function packages(root: string): Set<string> {
  const needed = new Set<string>();
  const add = (folder: string) => {
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = join(root, 'node_modules', name);
      if (needed.has(name) || /^(?:esbuild|node-\w+-\w+)$/.test(name) || !existsSync(at)) continue;
      needed.add(name);
      add(at);
    }
  };
  add(root);
  return needed;
}

/**
 * The cron that runs, or one of our own that sees no crontab but this user's: in a mount namespace
 * where one may be made. Resolves to what has to stand before a command that shares its view.
 */
async function startCron(folder: string): Promise<string[]> {
  if (typeof cronDaemon() === 'number') return [];
  const apart = asRoot(['unshare', '-m', 'true']).status === 0;
  const hide = `
    mkdir '${folder}/spool' '${folder}/cron.d'
    chown root:crontab '${folder}/spool' && chmod 1730 '${folder}/spool'
    mount --bind '${folder}/spool' /var/spool/cron/crontabs
    mount --bind '${folder}/cron.d' /etc/cron.d
    mount --bind /dev/null /etc/crontab
    exec cron -f`;
  const [program = '', ...rest] = rooted(
    apart ? ['unshare', '-m', 'sh', '-ec', hide] : ['cron', '-f'],
  );
  const child = spawn(program, rest, { stdio: 'ignore' });
  const pid = await until('cron runs', () => {
    if (child.exitCode !== null) throw new Error(`cron ended with ${child.exitCode}`);
    return cronDaemon();
  });
  onTestFinished(() => {
    asRoot(['kill', String(pid)]);
  });
  return apart ? ['nsenter', '-t', String(pid), '-m'] : [];
}

const rooted = (argv: readonly string[]): string[] =>
  process.getuid?.() === 0 ? [...argv] : ['sudo', '-n', ...argv];

function asRoot(argv: readonly string[], input = ''): SpawnSyncReturns<string> {
  const [program = '', ...rest] = rooted(argv);
  return spawnSync(program, rest, { input, encoding: 'utf8' });
}

function must({ status, stderr, error }: SpawnSyncReturns<string>): void {
  if (status !== 0) throw new Error(stderr || error?.message || `exit code ${status}`);
}
