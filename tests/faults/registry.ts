import { jumpTheClock } from './clock-jumps.ts';
import { workAsCrowd } from './crowd.ts';
import { editWithoutPause } from './edit-storm.ts';
import { feedStrangeFiles } from './inputs.ts';
import { liveAtRandom } from './lives.ts';
import { missHints } from './missed-hints.ts';
import { failAtSeam, killAtSeam, killRecoveryAtSeam } from './seam.ts';
import { soak } from './soak.ts';
import { failByStrace, killByStrace, killRecoveryByStrace } from './strace-points.ts';
import type { Tally, TortureOptions } from './tally.ts';

type FaultTest = (options: TortureOptions) => Promise<Tally>;

/** Of the points, how many are real kills of real processes; the rest goes by the faster seam. */
const BY_STRACE = 0.1;

/** Of the time, how much the seam gets. */
const AT_SEAM = 0.65;

interface Entry {
  run: FaultTest;
  /** How much of the whole time it gets, next to the others; as much as its reach takes on two cores in an hour. */
  share: number;
  /** How many points it tries where nobody says otherwise. */
  reach: number;
}

/** The fault tests by id; what each one does is said where it stands, and in docs/faults.md. */
export const FAULT_TESTS: Readonly<Record<string, Entry>> = {
  R1: { run: both(killByStrace, killAtSeam), share: 50, reach: 100_000 },
  R2: { run: both(killRecoveryByStrace, killRecoveryAtSeam), share: 4, reach: 2000 },
  R3: { run: both(failByStrace, failAtSeam), share: 13, reach: 8000 },
  R4: { run: workAsCrowd, share: 13, reach: 1000 },
  R5: { run: editWithoutPause, share: 8, reach: 10_000 },
  R6: { run: liveAtRandom, share: 4, reach: 3000 },
  R7: { run: jumpTheClock, share: 3, reach: 60 },
  R8: { run: missHints, share: 1, reach: 20 },
  R9: { run: feedStrangeFiles, share: 1, reach: 72 },
  R10: { run: soak, share: 9, reach: 240 },
};

/** By the seam first, then by strace. A replay's point says which of them it is. */
function both(byStrace: FaultTest, atSeam: FaultTest): FaultTest {
  return async (options) => {
    if (options.point !== undefined)
      return /^(\d|E[A-Z]+-)/.test(options.point) ? atSeam(options) : byStrace(options);
    const left = options.deadline - performance.now();
    const rest = await atSeam({
      ...options,
      points: Math.ceil(options.points * (1 - BY_STRACE)),
      deadline: performance.now() + left * AT_SEAM,
    });
    const traced = await byStrace({ ...options, points: Math.ceil(options.points * BY_STRACE) });
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
