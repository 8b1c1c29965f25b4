/** What can be wrong after a fault. Anything that is none of the first three is `unexplained`. */
export type Harm = 'lost' | 'duplicated' | 'torn' | 'unexplained';

export interface Violation {
  harm: Harm;
  what: string;
}

/** A case that went wrong, and the one command that repeats it. */
interface Failure extends Violation {
  replay: string;
}

/** The result of one of the fault tests. */
export interface Tally {
  id: string;
  /** Points that were really reached: the process died, the call failed, the save was made. */
  tried: number;
  failures: Failure[];
  /** Why a part was left out, by name. */
  skipped: string[];
  /** What else is to be said of the numbers. */
  notes: string[];
}

export const newTally = (id: string): Tally => ({
  id,
  tried: 0,
  failures: [],
  skipped: [],
  notes: [],
});

export const countHarm = (tally: Tally, harm: Harm): number =>
  tally.failures.filter((failure) => failure.harm === harm).length;

export interface TortureOptions {
  seed: number;
  /** How many points to try at least, where time allows. */
  points: number;
  /** When to stop, on the clock of `performance.now()`. */
  deadline: number;
  /** Only this scenario, and only this point of it: a replay. */
  scenario?: string;
  point?: string;
  /** Called as the work goes on. */
  progress?: (tally: Tally) => void;
}

export const replayCommand = (id: string, seed: number, scenario: string, point: string): string =>
  `npm run torture -- --only ${id} --seed ${seed} --scenario ${scenario} --point ${point}`;
