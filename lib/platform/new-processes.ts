import { readdirSync, readFileSync } from 'node:fs';

/** The number that the kernel gave out last, where it tells (proc_loadavg(5)); else null. */
export function lastPid(): number | null {
  try {
    const last = Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
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
  return Array.from({ length: last - mark }, (_, at) => mark + 1 + at);
}

/** More than this, and listing /proc is the cheaper way. */
const MANY = 200;
