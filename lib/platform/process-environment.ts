import { readFileSync } from 'node:fs';

/**
 * Whether a process was started with `NAME=value` in its environment; null where that can't be read
 * (no Linux, somebody else's process, none at all).
 */
export function startedWith(pid: number, name: string, value: string): boolean | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${name}=${value}`);
  } catch {
    return null;
  }
}
