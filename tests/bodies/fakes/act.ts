import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Run the work of a fake and, where a signal ended it, die of the same. */
export function act(script: string): { text: string; exit: number } {
  const done = spawnSync('/bin/sh', [script], {
    input: readFileSync(0),
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (done.signal !== null) process.kill(process.pid, done.signal);
  return { text: done.stdout.trim(), exit: done.status ?? 1 };
}
