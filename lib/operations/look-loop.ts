/** Calls `fn` once after `ms`; returns how to call it off. */
export type Timer = (ms: number, fn: () => void) => () => void;

export const systemTimer: Timer = (ms, fn) => {
  const timer = setTimeout(fn, ms);
  return () => clearTimeout(timer);
};

export interface LookLoop {
  /** Look now; while a look is under way, once more after it, however often this is called. */
  wake(): void;
  /** Look once more after `ms`, whatever else happens; several such calls are one. */
  wakeIn(ms: number): void;
  /** No further look; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Looks again and again, never twice at once: at each `wake`, and so many milliseconds after a look
 * as that look says. `look` must not reject.
 */
export function startLooking(look: () => Promise<number>, timer: Timer): LookLoop {
  let underWay: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let cancelNext = () => {};
  let cancelExtra: (() => void) | null = null;

  const wake = () => {
    if (stopped) return;
    if (underWay === null) underWay = run();
    else again = true;
  };
  const run = async (): Promise<void> => {
    cancelNext();
    // Whoever wakes us may be in the middle of something; hints of one moment become one look.
    await Promise.resolve();
    let wait: number;
    do {
      again = false;
      wait = await look();
    } while (again && !stopped);
    underWay = null;
    if (!stopped) cancelNext = timer(wait, wake);
  };
  return {
    wake,
    wakeIn(ms) {
      if (stopped) return;
      cancelExtra ??= timer(ms, () => {
        cancelExtra = null;
        wake();
      });
    },
    async stop() {
      stopped = true;
      cancelNext();
      cancelExtra?.();
      await underWay;
    },
  };
}
