import { existsSync, openSync, readdirSync, readSync } from 'node:fs';

/** Kept open, for the kernel writes it anew for each reading from its start. */
let loadavg: number | undefined;
const bytes = Buffer.alloc(128);

/** The number that the kernel gave out last, where it tells (proc_loadavg(5)); else null. */
export function lastPid(): number | null {
  try {
    loadavg ??= openSync('/proc/loadavg', 'r');
    const text = bytes.toString('latin1', 0, readSync(loadavg, bytes, 0, bytes.length, 0));
    const last = Number(text.slice(text.lastIndexOf(' ') + 1));
    return Number.isSafeInteger(last) && last > 0 ? last : null;
  } catch {
    return null;
  }
}

/** Pids that were given out after `mark` (of `lastPid`) and may still live; all of them where it can't be told. */
export function pidsSince(mark: number | null): number[] {
  const last = lastPid();
  if (mark === null || last === null || last < mark || last - mark > MANY) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  }
  const since = Array.from({ length: last - mark }, (_, at) => mark + 1 + at);
  return since.filter((pid) => existsSync(`/proc/${pid}`));
}

/** More than this, and listing /proc is the cheaper way. */
const MANY = 200;
