/** What is kept of a service or a gateway between two looks. Times are milliseconds since the epoch. */
export interface Watched {
  /** A service's name; a house's gateway is `house:gateway`, its robe `house:robe`. */
  name: string;
  /** `unknown`: no look could tell yet. */
  state: 'up' | 'down' | 'given-up' | 'unknown';
  /** Since when it is in this state. */
  since: number;
  probedAt: number;
  /** Started again so many times in a row without lasting success. */
  restarts: number;
  /** No start before this: the end of the back-off. */
  nextTry: number | null;
  detail: string;
}

/** `monitor.restarts` of robed.yaml. */
export interface RestartSettings {
  first: number;
  longest: number;
  limit: number;
}

export type WatchStep = 'down' | 'restart' | 'up' | 'give-up';

/** What a look came to. `up: null`: it can't be told, so nothing follows from it. */
export interface Look {
  up: boolean | null;
  detail: string;
  /** It can be started by us. */
  startable: boolean;
}

/**
 * What follows from one look. Pure; the caller starts it where a step says so, and keeps `next`
 * before it does, so that a crash in between costs a wait and no second start.
 *
 * | was              | look    | further               | is        | steps         |
 * |------------------|---------|-----------------------|-----------|---------------|
 * | new              | unknown |                       | unknown   | –             |
 * | any              | unknown |                       | as it was | –             |
 * | new, up, unknown | up      |                       | up        | –             |
 * | new, up, unknown | down    | no start, or too soon | down      | down          |
 * | new, up, unknown | down    |                       | down      | down, restart |
 * | down             | down    | no start, or too soon | down      | –             |
 * | down             | down    | under the limit       | down      | restart       |
 * | down             | down    | limit reached         | given up  | give-up       |
 * | given up         | down    |                       | given up  | –             |
 * | down, given up   | up      |                       | up        | up            |
 *
 * The count goes back to nothing once it is seen up after its wait: what dies as soon as it is
 * started is not started for ever.
 */
export function planWatched(
  name: string,
  was: Watched | null,
  look: Look,
  now: number,
  settings: RestartSettings,
): { next: Watched; steps: WatchStep[] } {
  const before: Watched = was ?? {
    name,
    state: 'unknown',
    since: now,
    probedAt: now,
    restarts: 0,
    nextTry: null,
    detail: '',
  };
  const seen: Watched = { ...before, probedAt: now, detail: look.detail };
  if (look.up === null) return { next: seen, steps: [] };
  if (look.up) return planUp(seen, now);
  return planDown(seen, look.startable, now, settings);
}

/** Milliseconds to wait after the n-th start in a row (1-based). */
export function restartWait(restarts: number, { first, longest }: RestartSettings): number {
  return Math.min(longest, first * 2 ** Math.min(restarts - 1, 40));
}

/** A wait that is longer than any was reckoned while the clock stood wrong. */
const isTooSoon = (nextTry: number | null, now: number, { longest }: RestartSettings): boolean =>
  nextTry !== null && now < nextTry && nextTry - now <= longest;

function planUp(seen: Watched, now: number): { next: Watched; steps: WatchStep[] } {
  const lasted = seen.nextTry === null || now >= seen.nextTry;
  const calm = lasted ? { ...seen, restarts: 0, nextTry: null } : seen;
  if (seen.state === 'up') return { next: calm, steps: [] };
  if (seen.state === 'unknown') return { next: { ...calm, state: 'up', since: now }, steps: [] };
  return { next: { ...calm, state: 'up', since: now }, steps: ['up'] };
}

function planDown(
  seen: Watched,
  startable: boolean,
  now: number,
  settings: RestartSettings,
): { next: Watched; steps: WatchStep[] } {
  if (seen.state === 'given-up') return { next: seen, steps: [] };
  const steps: WatchStep[] = seen.state === 'down' ? [] : ['down'];
  const down: Watched = seen.state === 'down' ? seen : { ...seen, state: 'down', since: now };
  if (!startable || isTooSoon(down.nextTry, now, settings)) return { next: down, steps };
  if (down.restarts >= settings.limit) {
    return { next: { ...down, state: 'given-up', since: now }, steps: [...steps, 'give-up'] };
  }
  const restarts = down.restarts + 1;
  const nextTry = now + restartWait(restarts, settings);
  return { next: { ...down, restarts, nextTry }, steps: [...steps, 'restart'] };
}
