import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../../lib/core/package-root.ts';
import { COMPILED } from './orders.ts';

/** Every call by which a process can change what another one sees. */
const MUTATING = [
  ...['openat', 'mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink'],
  ...[
    'unlink',
    'unlinkat',
    'rmdir',
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'ftruncate',
    'fallocate',
  ],
  ...['fsync', 'fdatasync', 'fchmod', 'fchmodat', 'chmod', 'fchown', 'fcntl', 'flock', 'utimensat'],
  ...['clone', 'clone3', 'fork', 'vfork', 'execve', 'kill', 'tgkill'],
];

/** Starts and ends of processes concern no file. */
const PROCESS = new Set(['clone', 'clone3', 'fork', 'vfork', 'execve', 'kill']);

/** A run that takes longer hangs. */
const LIMIT_MS = 180_000;

/** The N-th call of a name, in whichever process comes to it. */
export interface Call {
  name: string;
  at: number;
  /** In some process the call of this number is Node's own affair; it aborts or hangs where that fails. */
  elsewhere?: boolean;
}

export interface Traced {
  /** Calls that concern the household, or start or end a process. */
  calls: Call[];
  killed: boolean;
  code: number | null;
  said: string;
}

/** Null where strace is there and may trace; else why not. */
export function straceMissing(): string | null {
  const { status, error } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (error) return 'strace is not installed (Debian: apt-get install strace)';
  return status === 0 ? null : 'strace may not trace here (ptrace is forbidden)';
}

/** The program under trace as one file, so that it starts fast and opens little. */
export async function bundleOperation(): Promise<string> {
  const folder = join(packageRoot(), '.cache', 'torture');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `operate-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'operate.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    logLevel: 'error',
    banner: {
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
    },
  });
  return outfile;
}

/** Run a program under strace, with its children; `inject` is what happens at which call. */
export async function trace(
  argv: readonly string[],
  root: string,
  log: string,
  inject?: { call: Call; what: string },
): Promise<Traced> {
  const names = MUTATING.join(',');
  const injection = inject
    ? ['-e', `inject=${inject.call.name}:${inject.what}:when=${inject.call.at}`]
    : [];
  const options = ['-f', '-y', '-q', '-o', log, '-e', `trace=${names}`, ...injection];
  const child = spawn('strace', [...options, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', HOME: root, NODE_COMPILE_CACHE: COMPILED },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), LIMIT_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  const text = readFileSync(log, 'utf8');
  rmSync(log);
  return {
    calls: callsOn(text, root),
    killed: text.includes('+++ killed by SIGKILL +++'),
    code,
    said,
  };
}

/** Which calls of a trace matter: each by its name and its number among its process's calls of that name. */
function callsOn(log: string, root: string): Call[] {
  const counts = new Map<string, number>();
  const found = new Map<string, Call>();
  const elsewhere = new Set<string>();
  for (const line of log.split('\n')) {
    const match = /^(\d+) +([a-z0-9_]+)\((.*)/.exec(line);
    if (!match) continue;
    const [, pid, name = '', rest = ''] = match;
    const at = (counts.get(`${pid} ${name}`) ?? 0) + 1;
    counts.set(`${pid} ${name}`, at);
    if (concerns(name, at, rest, root)) found.set(`${name} ${at}`, { name, at });
    else elsewhere.add(`${name} ${at}`);
  }
  return [...found].map(([key, call]) => ({ ...call, elsewhere: elsewhere.has(key) }));
}

function concerns(name: string, at: number, rest: string, root: string): boolean {
  if (PROCESS.has(name)) return !rest.includes('CLONE_THREAD') && !(name === 'execve' && at === 1);
  if (!rest.includes(root)) return false;
  return name !== 'openat' || /O_CREAT|O_TRUNC|O_RDWR|O_WRONLY/.test(rest);
}
