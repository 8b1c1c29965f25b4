import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/core/package-root.ts';
import type { Ran } from './robed.ts';

interface TickOptions {
  env?: Record<string, string>;
  args?: string[];
  /** The shell that cron has; null: as units call it, and as crontabs did. */
  shell?: string | null;
}

/** `scripts/tick.sh` with a Node that counts how often it is started. */
export interface Ticker {
  tick(job: string, options?: TickOptions): Promise<Ran>;
  /** How often Node was started since this was last asked. */
  starts(): number;
}

/** `script` is what is run in Node's place, with its arguments; without it Node. */
export function ticker(root: string, wizard: string, script?: string): Ticker {
  const node = join(root, 'counting-node');
  const count = join(root, 'starts');
  const rest = script ?? `exec '${process.execPath}' "$@"`;
  writeFileSync(node, `#!/bin/sh\necho x >>'${count}'\n${rest}\n`);
  chmodSync(node, 0o755);
  return {
    tick(job, { env = {}, args = [], shell = '/bin/sh' } = {}) {
      const tickScript = join(packageRoot(), 'scripts', 'tick.sh');
      const words = [tickScript, job, root, wizard, node, ...args];
      const line = `set -- ${words.map((word) => `'${word}'`).join(' ')}; . "$1"`;
      const applet = shell === 'busybox' ? ['sh'] : [];
      const child = spawn(shell ?? '/bin/sh', shell === null ? words : [...applet, '-c', line], {
        // As cron has it.
        env: { HOME: root, LOGNAME: 'me', SHELL: '/bin/sh', PATH: '/usr/bin:/bin', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (status) => resolve({ status, stdout, stderr }));
      });
    },
    starts() {
      const made = existsSync(count) ? readFileSync(count, 'utf8').trim().split('\n').length : 0;
      rmSync(count, { force: true });
      return made;
    },
  };
}
