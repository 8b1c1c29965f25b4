/** What several samples came to, in the row's unit. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

/** Throws RangeError without a sample. */
export function spread(samples: readonly number[]): Spread {
  return {
    min: percentile(samples, 0),
    median: percentile(samples, 50),
    max: percentile(samples, 100),
  };
}

/** `p` from 0 to 100; between two samples it is on the line that joins them. */
export function percentile(samples: readonly number[], p: number): number {
  if (samples.length === 0) throw new RangeError('expected at least one sample');
  const sorted = samples.toSorted((a, b) => a - b);
  const at = ((sorted.length - 1) * p) / 100;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
