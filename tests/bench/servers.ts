import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { findProgram } from './commands.ts';
import type { Session } from './session.ts';

/** Where Debian keeps PostgreSQL's programs, by version. */
const POSTGRESQL = '/usr/lib/postgresql';

/** How long a server may take to end. */
const PATIENCE_MS = 5000;

/** Each starts a server of the bench's own on a free port, in a folder of its own, killed at the end. */
export async function startRedis(
  session: Session,
): Promise<{ port: number } | { problem: string }> {
  const program = findProgram('redis-server');
  if (typeof program !== 'string') return program;
  const port = await freePort();
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir: session.folder('redis'),
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  await serve(session, spawn(program, args, { stdio: 'ignore' }), port);
  return { port };
}

/** With PostgreSQL's own settings: fsync and synchronous_commit are on. */
export async function startPostgres(
  session: Session,
): Promise<{ url: string } | { problem: string }> {
  const [initdb, postgres] = ['initdb', 'postgres'].map(findPostgres) as [string, string];
  if (!initdb || !postgres) {
    return { problem: 'not installed: tests/support/install-peers.sh' };
  }
  const folder = session.folder('postgresql');
  const as = unprivileged();
  if (as !== null) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const made = spawnSync(initdb, ['-D', data, '-U', 'bench', '-A', 'trust', '--no-sync'], {
    ...as,
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) return { problem: `initdb failed: ${made.stderr.trim()}` };
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
  await serve(session, spawn(postgres, args, { ...as, cwd: folder, stdio: 'ignore' }), port);
  return { url: `postgres://bench@127.0.0.1:${port}/postgres` };
}

function findPostgres(name: string): string | null {
  const inPath = findProgram(name);
  if (typeof inPath === 'string') return inPath;
  try {
    const [version] = readdirSync(POSTGRESQL).toSorted((a, b) => Number(b) - Number(a));
    return version === undefined ? null : join(POSTGRESQL, version, 'bin', name);
  } catch {
    return null;
  }
}

/** PostgreSQL refuses root: then as the user that Debian made for it, or as nobody. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (user: string, flag: string) =>
    Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout);
  const user = idOf('postgres', '-u') > 0 ? 'postgres' : 'nobody';
  return { uid: idOf(user, '-u'), gid: idOf(user, '-g') };
}

async function serve(session: Session, server: ChildProcess, port: number): Promise<void> {
  // To PostgreSQL an immediate shutdown, to redis the end.
  session.atEnd(() => {
    server.kill(server.spawnfile.includes('postgres') ? 'SIGQUIT' : 'SIGKILL');
    // Its folder goes next, and it would go on writing into that.
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; isAlive(server.pid) && waited < PATIENCE_MS; waited += 20) {
      Atomics.wait(pause, 0, 0, 20);
    }
  });
  await until(`${server.spawnfile} on port ${port}`, () => {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
    return listens(port);
  });
}

/** A child that has ended stays in the table until Node, which we keep busy, looks. */
function isAlive(pid: number | undefined): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
