import { editWithoutPause } from './edit-storm.ts';
import { feedStrangeFiles } from './inputs.ts';
import { liveAtRandom } from './lives.ts';
import { failAtSeam, killAtSeam, killRecoveryAtSeam } from './seam.ts';
import { failByStrace, killByStrace, killRecoveryByStrace } from './strace-points.ts';
import type { Tally, TortureOptions } from './tally.ts';

type FaultTest = (options: TortureOptions) => Promise<Tally>;

/** Of the points, how many are real kills of real processes; the rest goes by the faster seam. */
const BY_STRACE = 0.1;

/** The fault tests by id; what each one does is said where it stands. */
export const FAULT_TESTS: Readonly<Record<string, FaultTest>> = {
  R1: both(killByStrace, killAtSeam),
  R2: both(killRecoveryByStrace, killRecoveryAtSeam),
  R3: both(failByStrace, failAtSeam),
  R5: editWithoutPause,
  R6: liveAtRandom,
  R9: feedStrangeFiles,
};

/** By strace first, then the rest by the seam. A replay's point says which of them it is. */
function both(byStrace: FaultTest, atSeam: FaultTest): FaultTest {
  return async (options) => {
    if (options.point !== undefined)
      return /^(\d|E[A-Z]+-)/.test(options.point) ? atSeam(options) : byStrace(options);
    const half = performance.now() + (options.deadline - performance.now()) / 2;
    const traced = await byStrace({
      ...options,
      points: Math.ceil(options.points * BY_STRACE),
      deadline: half,
    });
    const rest = await atSeam({ ...options, points: options.points - traced.tried });
    const notes = [`${traced.tried} by strace, ${rest.tried} at the seam`];
    return {
      id: traced.id,
      tried: traced.tried + rest.tried,
      failures: [...traced.failures, ...rest.failures],
      skipped: [...traced.skipped, ...rest.skipped],
      notes,
    };
  };
}
