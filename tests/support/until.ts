import { setTimeout as sleep } from 'node:timers/promises';

/** A loaded machine is no failure; something that never comes is. */
const DEADLINE_MS = 120_000;

/** Waits until `look` gives something, and gives that. Rejects, naming `what`, where it never comes. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadline = DEADLINE_MS,
): Promise<NonNullable<T>> {
  for (let waited = 0; waited < deadline; waited += 20) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>;
    await sleep(20);
  }
  throw new Error(`never came: ${what}`);
}
