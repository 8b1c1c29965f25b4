import { readdirSync, readFileSync, statSync } from 'node:fs';
import { uptime } from 'node:os';
import { processState } from './identity.ts';

/** Debian's, and cronie's and busybox'. */
const NAMES = new Set(['cron', 'crond']);
const PID_FILES = ['/run/crond.pid', '/run/cron.pid', '/var/run/crond.pid', '/var/run/cron.pid'];

/**
 * The pid of the cron daemon that runs: named so by the kernel, and root's. null: none; undefined:
 * this system shows no processes of others.
 */
export function cronDaemon(): number | null | undefined {
  const named = PID_FILES.map(pidIn).find((pid) => pid !== null && isDaemon(pid));
  if (named) return named;
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  // Where /proc is mounted with hidepid, not even the first process can be seen.
  if (!pids.includes('1')) return undefined;
  return pids.map(Number).find(isDaemon) ?? null;
}

/** When this machine started, in milliseconds since the epoch. */
export const bootedAt = (now: number): number => now - uptime() * 1000;

function pidIn(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'latin1').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isDaemon(pid: number): boolean {
  try {
    const comm = readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
    if (!NAMES.has(comm) || statSync(`/proc/${pid}`).uid !== 0) return false;
    return processState(pid)?.zombie === false;
  } catch {
    return false;
  }
}
