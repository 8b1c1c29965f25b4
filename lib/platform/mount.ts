import { closeSync, openSync, readFileSync } from 'node:fs';

/**
 * The mount that a folder is on: no rename leads from one to another, though both may be of the same
 * filesystem. null where the system does not say it, as none but Linux does.
 */
export function mountOf(folder: string): string | null {
  let handle: number | null = null;
  try {
    handle = openSync(folder, 'r');
    const said = readFileSync(`/proc/self/fdinfo/${handle}`, 'utf8');
    return /^mnt_id:\s*(\d+)/m.exec(said)?.[1] ?? null;
  } catch {
    return null;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
