/** Time comes in through the context, so that tests own it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A longer timer ends at once: Node counts milliseconds in 31 bits. */
export const LONGEST_TIMER = 2 ** 31 - 1;
