import type { Play } from './orders.ts';
import { SCENARIOS } from './scenarios.ts';
import type { TortureOptions } from './tally.ts';

/** What is done again is slow to check: it has its turn with every so manieth seed, and in no short run. */
const SELDOM = 30;
const SHORT = 1000;

/** What a seed has to play, round after round with the next seed; of a replay, its one play. */
export function* turns(options: TortureOptions, seldom = SELDOM): Generator<Play[]> {
  const { scenario, seed: first } = options;
  if (scenario !== undefined) return yield [{ scenario, seed: first }];
  for (let seed = first; ; seed++) {
    const whole = (seed - first) % seldom === 0;
    yield operationsOf(options, whole).map((scenario) => ({ scenario, seed }));
  }
}

/** The names of what is played in a run of this length. */
export function operationsOf({ scenario, points }: TortureOptions, whole = true): string[] {
  if (scenario !== undefined) return [scenario];
  const slow = whole && points >= SHORT;
  return Object.keys(SCENARIOS).filter((name) => slow || !SCENARIOS[name]?.again);
}
