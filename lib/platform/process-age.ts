import { readFileSync } from 'node:fs';
import { processState } from './identity.ts';

/** USER_HZ, as proc_pid_stat(5) counts in; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** When a process started, in milliseconds since the epoch, to a second or so; null where there is none. */
export function startedAt(pid: number): number | null {
  const start = processState(pid)?.start;
  if (start === undefined) return null;
  if (process.platform !== 'linux') return Number(start) * 1000;
  const booted = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
  return booted === undefined ? null : Number(booted) * 1000 + (Number(start) / TICKS) * 1000;
}
