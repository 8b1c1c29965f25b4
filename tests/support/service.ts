import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

/** A real service: a program of its own that answers over HTTP, and notes each of its starts. */
export interface TestService {
  url: string;
  /** Starts it; the command is the service itself. */
  argv: [string, ...string[]];
  /** One line of environment a start. */
  starts(): Record<string, string>[];
  pids(): number[];
  /** Its latest process by SIGKILL, gone when this returns. */
  kill(): void;
}

const PROGRAM = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const [port, notes] = process.argv.slice(2);
appendFileSync(notes, JSON.stringify({ pid: process.pid, env: process.env }) + '\\n');
const server = createServer((request, response) => response.end('I am the test service'));
server.listen(Number(port), '127.0.0.1', () => console.log('serving'));
`;

/** A service in \root`, not started yet. */
export async function testService(root: string, name = 'service'): Promise<TestService> {
  const port = await freePort();
  const program = join(root, `${name}.mjs`);
  const notes = join(root, `${name}.starts`);
  writeFileSync(program, PROGRAM);
  const noted = () =>
    (existsSync(notes) ? readFileSync(notes, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { pid: number; env: Record<string, string> });
  const end = (pid: number) => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  onTestFinished(() => {
    for (const { pid } of noted()) end(pid);
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    argv: [process.execPath, program, String(port), notes],
    starts: () => noted().map(({ env }) => env),
    pids: () => noted().map(({ pid }) => pid),
    kill: () => end(noted().at(-1)?.pid ?? 0),
  };
}

/** Start it as a person would, and wait until it listens. */
export async function startByHand(service: TestService): Promise<void> {
  const [program, ...rest] = service.argv;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
}
