/** Calls `fn` once after `ms`; returns how to call it off. */
export type Timer = (ms: number, fn: () => void) => () => void;

export const systemTimer: Timer = (ms, fn) => {
  const timer = setTimeout(fn, ms);
  return () => clearTimeout(timer);
};

export interface LookLoop {
  /** Look at once; during a look or just after one, once more, however often this is called. */
  wake(): void;
  /** `wake` that does not wait for the breath to end. */
  hurry(): void;
  /** Look once more after `ms`, whatever else happens; several such calls are one. */
  wakeIn(ms: number): void;
  /** No further look; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** What a look itself writes comes back as a row of hints: after each look, a breath. */
export const REST_MS = 25;

/**
 * Looks again and again, never twice at once: at each `wake`, and so many milliseconds after a look
 * as that look says. `rest` is the breath after each, in milliseconds. `look` must not reject.
 */
export function startLooking(
  look: () => Promise<number>,
  timer: Timer,
  rest: () => number = () => REST_MS,
): LookLoop {
  let underWay: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let cancelNext = () => {};
  let cancelRest: (() => void) | null = null;
  let cancelExtra: (() => void) | null = null;

  const wake = () => {
    if (stopped) return;
    again = true;
    if (underWay === null && cancelRest === null) underWay = run();
  };
  const run = async (): Promise<void> => {
    cancelNext();
    // Whoever wakes us may be in the middle of something.
    await Promise.resolve();
    let wait = 0;
    while (wait === 0 && !stopped) {
      again = false;
      wait = await look();
    }
    underWay = null;
    if (stopped) return;
    cancelNext = timer(wait, wake);
    cancelRest = timer(rest(), () => {
      cancelRest = null;
      if (again) wake();
    });
  };
  return {
    wake,
    hurry() {
      cancelRest?.();
      cancelRest = null;
      wake();
    },
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
      cancelRest?.();
      cancelExtra?.();
      await underWay;
    },
  };
}
