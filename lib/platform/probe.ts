import type { Readable } from 'node:stream';

export interface ProbeOptions {
  /** Milliseconds, hard: whatever the program and its children do. */
  timeout: number;
  env?: Record<string, string>;
  cwd?: string;
  /** Standard input; without it that is empty. */
  input?: string;
}

export interface Probe {
  /** Null where a signal or the deadline ended it, or it never started. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** Why it did not start (`ENOENT`, …). */
  code: string | undefined;
}

/** Characters kept of each stream. */
const LIMIT = 1_000_000;

/**
 * Asks a program a short question. Never throws for what the program does. Returns at the deadline
 * even where a grandchild still holds the pipes; the program's process group is then killed.
 */
export async function runProbe(
  [program, ...rest]: readonly [string, ...string[]],
  { timeout, env, cwd, input }: ProbeOptions,
): Promise<Probe> {
  const { execa } = await import('execa');
  const child = execa(program, rest, {
    detached: true,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    buffer: false,
    reject: false,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env, extendEnv: false }),
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const deadline = Promise.withResolvers<null>();
  const timer = setTimeout(() => deadline.resolve(null), timeout);
  try {
    const result = await Promise.race([child, deadline.promise]);
    if (result === null) abandon(child.pid, [child.stdout, child.stderr]);
    return {
      exitCode: result?.exitCode ?? null,
      stdout: stdout(),
      stderr: stderr(),
      timedOut: result === null,
      code: result?.code,
    };
  } finally {
    clearTimeout(timer);
  }
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    if (text.length < LIMIT) text += piece.slice(0, LIMIT - text.length);
  });
  return () => text;
}

function abandon(pid: number | undefined, streams: Readable[]): void {
  for (const stream of streams) stream.destroy();
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
