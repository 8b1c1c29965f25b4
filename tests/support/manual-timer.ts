import type { Clock } from '../../lib/core/clock.ts';
import type { Timer } from '../../lib/operations/look-loop.ts';

/** A clock and a timer that move only when a test moves them. */
export interface ManualTime {
  clock: Clock;
  timer: Timer;
  /** Milliseconds of the timers that are set, shortest first. */
  waits(): number[];
  /** Let time pass, and what was set for it ring, in order. */
  pass(ms: number): void;
  /** Wall clock only, as after a sleep or a set clock: nothing rings by it. */
  jump(ms: number): void;
}

export function manualTime(start = Date.now()): ManualTime {
  let wall = start;
  let monotonic = 0;
  let set: { at: number; fn: () => void }[] = [];
  return {
    clock: { now: () => wall, monotonic: () => monotonic },
    timer(ms, fn) {
      const own = { at: monotonic + ms, fn };
      set.push(own);
      return () => {
        set = set.filter((other) => other !== own);
      };
    },
    waits: () => set.map(({ at }) => at - monotonic).sort((a, b) => a - b),
    pass(ms) {
      wall += ms;
      monotonic += ms;
      const due = set.filter(({ at }) => at <= monotonic).sort((a, b) => a.at - b.at);
      set = set.filter(({ at }) => at > monotonic);
      for (const { fn } of due) fn();
    },
    jump(ms) {
      wall += ms;
    },
  };
}
