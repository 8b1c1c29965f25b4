import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';

/** A process that cannot be mistaken for a later one under the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** When it started: clock ticks since boot on Linux, seconds since the epoch elsewhere. Digits. */
  start: string;
  /** Which boot of the machine it belongs to. */
  boot: string;
}

export type Liveness = 'alive' | 'dead' | 'unknown';

/** What the system says of a pid now. */
export interface ProcessState {
  start: string;
  /** Dead already, waiting for its parent to notice. */
  zombie: boolean;
  parent: number;
  group: number;
  /** Where it can't be told, the group. */
  session: number;
}

const linux = process.platform === 'linux';
let boot: string | undefined;
let own: ProcessIdentity | undefined;

/** The identity of a process that runs now (a zombie counts); null where there is none to be read. */
export function identify(pid: number): ProcessIdentity | null {
  const state = processState(pid);
  return state && { pid, start: state.start, boot: bootId() };
}

/** The identity of this process. */
export function self(): ProcessIdentity {
  own ??= identify(process.pid) ?? { pid: process.pid, start: '0', boot: bootId() };
  return own;
}

/**
 * Does this very process still run? `dead` is proof: another boot, no such pid, the pid given to
 * another process, or a zombie. Whatever cannot be read is `unknown`.
 */
export function liveness(identity: ProcessIdentity): Liveness {
  if (!Number.isSafeInteger(identity.pid) || identity.pid <= 0) return 'unknown';
  if (identity.boot !== bootId()) return 'dead';
  const state = processState(identity.pid);
  if (state) return state.zombie || state.start !== identity.start ? 'dead' : 'alive';
  return exists(identity.pid) ? 'unknown' : 'dead';
}

/** For names that carry only pid and start: false where that process is proved dead. */
export function mayLive(owner: Pick<ProcessIdentity, 'pid' | 'start'>): boolean {
  return liveness({ ...owner, boot: bootId() }) !== 'dead';
}

/** Null where there is no such process, or it cannot be read. */
export function processState(pid: number): ProcessState | null {
  try {
    return linux ? parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')) : askPs(pid);
  } catch {
    return null;
  }
}

/** proc_pid_stat(5). The command name may hold spaces and brackets: count from the last one. */
function parseStat(stat: string): ProcessState | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  const start = fields[19];
  if (start === undefined) return null;
  const zombie = state === 'Z' || state === 'X';
  return { start, zombie, parent: Number(parent), group: Number(group), session: Number(session) };
}

function askPs(pid: number): ProcessState | null {
  const argv = ['-o', 'stat=,ppid=,pgid=,lstart=', '-p', String(pid)];
  const ps = spawnSync('ps', argv, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const [, state, parent, group, started] =
    /^(\S+)\s+(\d+)\s+(\d+)\s+(\S.*)$/.exec(ps.stdout.trim()) ?? [];
  const seconds = Date.parse(started ?? '') / 1000;
  if (state === undefined || Number.isNaN(seconds)) return null;
  const start = String(seconds);
  const zombie = state.startsWith('Z');
  return { start, zombie, parent: Number(parent), group: Number(group), session: Number(group) };
}

function bootId(): string {
  boot ??= linux
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    : spawnSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).stdout.trim();
  return boot;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
