import { readdirSync } from 'node:fs';
import { errorCode } from '../core/errors.ts';
import { step } from './faults.ts';
import { type ProcessIdentity, processState, self } from './identity.ts';
import { pidsSince } from './new-processes.ts';
import { startedWith } from './process-environment.ts';

interface EndOptions {
  /** Also ends what carries this run in its environment, wherever it went (setsid). */
  run?: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs: number;
  sleep: (ms: number) => Promise<unknown>;
}

/** Milliseconds between two looks, and how many looks after SIGKILL. */
const LOOK = 20;
const LOOKS_AFTER_KILL = 100;

/**
 * Ends the session that `leader` was started in (see `spawnDetached`), and with `run` every process
 * of that run. Returns who is left: nobody, unless one hangs inside the kernel. What got the
 * leader's number after it is not touched; neither are we.
 */
export async function endGroup(leader: ProcessIdentity, options: EndOptions): Promise<number[]> {
  const { run, graceMs, sleep } = options;
  const find = (): number[] => survivors(leader, run);
  let left = find();
  signal(leader, left, 'SIGTERM');
  for (let waited = 0; left.length > 0 && waited < graceMs; waited += LOOK) {
    await sleep(LOOK);
    left = find();
  }
  for (let look = 0; left.length > 0 && look < LOOKS_AFTER_KILL; look += 1) {
    signal(leader, left, 'SIGKILL');
    await sleep(LOOK);
    left = find();
  }
  return left;
}

/** Pids whose environment says `ROBED_RUN=<run>`, as far as it can be read (Linux only). */
export function processesOfRun(run: string): number[] {
  return processes().filter((pid) => belongsTo(pid, run));
}

/**
 * Whether any process that came after `mark` (see `lastPid`) is still about in the leader's session
 * or carries this run. Looks only at numbers given out since, not at the whole machine. A child of the
 * leader's own is what it does next: what a script leaves behind is nobody's, or a child of that.
 */
export function leftBehind(leader: ProcessIdentity, run: string, mark: number | null): boolean {
  return pidsSince(mark).some((pid) => {
    if (pid === process.pid || pid === leader.pid) return false;
    const state = processState(pid);
    if (!state || state.zombie || state.parent === leader.pid) return false;
    return state.session === leader.pid || belongsTo(pid, run);
  });
}

function survivors(leader: ProcessIdentity, run: string | undefined): number[] {
  const ours = ownsSession(leader);
  if (process.platform !== 'linux') return ours && groupExists(leader.pid) ? [leader.pid] : [];
  return processes().filter((pid) => {
    if (pid === process.pid) return false;
    const state = processState(pid);
    if (!state || state.zombie) return false;
    return (ours && state.session === leader.pid) || (run !== undefined && belongsTo(pid, run));
  });
}

/**
 * A pid is not given out again while a session of that number exists. So the session is the
 * leader's as long as it lives, and still where nobody has its pid.
 */
function ownsSession(leader: ProcessIdentity): boolean {
  if (leader.pid <= 1 || leader.boot !== self().boot) return false;
  if (processState(process.pid)?.session === leader.pid) return false;
  const state = processState(leader.pid);
  return state === null || state.start === leader.start;
}

function signal(leader: ProcessIdentity, pids: number[], name: NodeJS.Signals): void {
  const whole = ownsSession(leader);
  if (whole) send(-leader.pid, name);
  for (const pid of pids) {
    if (!whole || processState(pid)?.group !== leader.pid) send(pid, name);
  }
}

function groupExists(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  step('kill', String(pid));
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH' && errorCode(error) !== 'EPERM') throw error;
  }
}

function processes(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

const belongsTo = (pid: number, run: string): boolean =>
  startedWith(pid, 'ROBED_RUN', run) === true;
