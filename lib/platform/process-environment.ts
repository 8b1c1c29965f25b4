import { readFileSync } from 'node:fs';

/**
 * Whether a process was started with `NAME=value` in its environment; null where that can't be read
 * (no Linux, somebody else's process, none at all).
 */
export function startedWith(pid: number, name: string, value: string): boolean | null {
  return readEnvironment(pid)?.includes(`${name}=${value}`) ?? null;
}

/** What a process was given as `name` when it was started; null where nothing, or that can't be read. */
export function givenAtStart(pid: number, name: string): string | null {
  const line = readEnvironment(pid)?.find((one) => one.startsWith(`${name}=`));
  return line?.slice(name.length + 1) || null;
}

function readEnvironment(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return null;
  }
}
