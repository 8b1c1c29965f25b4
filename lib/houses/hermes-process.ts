import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asText, type JsonObject, parseObject } from '../core/untrusted.ts';
import { identify, liveness, type ProcessIdentity } from '../platform/identity.ts';
import { readPlain } from '../platform/plain-file.ts';
import { startedWith } from '../platform/process-environment.ts';

/** The gateway process of a home, proved to live. */
export interface HermesProcess {
  identity: ProcessIdentity;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

const MAX_BYTES = 64 * 1024;

/**
 * The process that Hermes 0.19.0 names in `gateway.lock` (held by flock(2) while it lives) and
 * `gateway.pid` (taken away as its end begins): `{"pid":1,"kind":"hermes-gateway","argv":[…],
 * "start_time":123}`, the start as proc_pid_stat(5) has it. Both outlive a process that was killed:
 * it counts where pid and start time are still those of a living one that was given this home.
 */
export function hermesProcess(home: string): HermesProcess | null {
  for (const name of ['gateway.lock', 'gateway.pid']) {
    const file = join(home, name);
    const identity = livingProcess(readObject(file), home);
    const written = statSync(file, { throwIfNoEntry: false });
    if (identity !== null && written) return { identity, startedAt: written.mtimeMs };
  }
  return null;
}

function livingProcess(record: JsonObject | null, home: string): ProcessIdentity | null {
  const pid = record?.['pid'];
  const start = record?.['start_time'];
  if (typeof pid !== 'number' || typeof start !== 'number') return null;
  const identity = identify(pid);
  if (identity === null || liveness(identity) !== 'alive') return null;
  return sameStart(identity.start, start) && livesIn(pid, home) !== false ? identity : null;
}

/** Elsewhere than on Linux Hermes counts hundredths of a second, and we count seconds. */
function sameStart(ours: string, theirs: number): boolean {
  if (process.platform === 'linux') return ours === String(theirs);
  return Math.abs(Number(ours) - theirs / 100) <= 1;
}

/** Whether a process was started for this home: a copied house has the files of another's gateway. */
export function livesIn(pid: number, home: string): boolean | null {
  const given = startedWith(pid, 'HERMES_HOME', home);
  if (given !== false) return given;
  const real = realpathSync(home);
  return real === home ? false : startedWith(pid, 'HERMES_HOME', real);
}

/** What `gateway_state.json` says; a hint and no more, for after SIGTERM it still says `running`. */
export function hermesStateFile(home: string): { state: string; reason: string; pid: unknown } {
  const said = readObject(join(home, 'gateway_state.json'));
  return {
    state: asText(said?.['gateway_state']),
    reason: asText(said?.['exit_reason']),
    pid: said?.['pid'],
  };
}

const readObject = (path: string): JsonObject | null =>
  parseObject(readPlain(path, MAX_BYTES)?.toString('utf8') ?? '');
