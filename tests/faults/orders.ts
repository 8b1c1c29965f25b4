import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../lib/core/package-root.ts';
import type { Point } from './points.ts';

export interface Play {
  scenario: string;
  seed: number;
}

/** What a worker is asked to do. */
export type Order =
  /** The houses as they stand before the operation. */
  | { do: 'prepare'; plays: Play[]; folder: string }
  | { do: 'kill'; plays: Play[]; folder: string }
  /** `codes`: by which error the calls of each play fail. */
  | { do: 'fail'; plays: Play[]; folder: string; codes: string[] }
  /** `share` of the calls of each recovery become points. */
  | { do: 'recover'; points: Point[]; share: number; seed: number }
  | { do: 'verify'; points: Point[] };

export interface Answer {
  /** Of `verify`: those where something is wrong. */
  points: Point[];
}

/** Where Node keeps what it has compiled. */
export const COMPILED = join(packageRoot(), 'node_modules', '.cache', 'robed');

/** Have an order carried out by a process of its own, which is dead when this returns. */
export async function send(order: Order): Promise<Answer> {
  const worker = spawn(process.execPath, [fileURLToPath(new URL('worker.ts', import.meta.url))], {
    stdio: ['pipe', 'inherit', 'pipe', 'pipe'],
    // Reading the sources is most of what its start costs.
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
  const exited = once(worker, 'exit');
  worker.stdin?.end(JSON.stringify(order));
  const [answer, said] = await Promise.all([
    collect(worker.stdio[3]),
    collect(worker.stderr),
    exited,
  ]);
  if (answer === '') throw new Error(`a worker of the fault tests died:\n${said}`);
  return JSON.parse(answer) as Answer;
}

async function collect(stream: unknown): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
