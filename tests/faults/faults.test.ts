import { afterAll, expect, test } from 'vitest';
import { jumpTheClock } from './clock-jumps.ts';
import { workAsCrowd } from './crowd.ts';
import { editWithoutPause } from './edit-storm.ts';
import { feedStrangeFiles } from './inputs.ts';
import { liveAtRandom } from './lives.ts';
import { missHints } from './missed-hints.ts';
import { compareWithRealKills } from './real-kills.ts';
import { failAtSeam, killAtSeam, killRecoveryAtSeam } from './seam.ts';
import { soak } from './soak.ts';
import { straceMissing } from './strace.ts';
import { failByStrace, killByStrace, killRecoveryByStrace } from './strace-points.ts';
import type { Tally, TortureOptions } from './tally.ts';

/**
 * The sample of the fault tests that fits a usual run; `npm run torture` does as much as one likes.
 * A failure says how to repeat it. The times are limits for a loaded machine: nothing asserts them.
 */
const MINUTES = 60_000;

const missing = straceMissing();
const mayBeMissing = process.env['ROBED_NO_SKIPS'] !== '1';
const reason = missing === null ? '' : ` (left out: ${missing})`;

const tried: string[] = [];
afterAll(() => console.log(`fault points tried: ${tried.join(', ')}`));

const sample = (points: number): TortureOptions => ({
  seed: 1,
  points,
  deadline: performance.now() + 10 * MINUTES,
});

function nothingLost(tally: Tally, part: string, least: number): void {
  tried.push(`${tally.id} ${part} ${tally.tried}`);
  expect(
    tally.failures.map((failure) => `${failure.harm}: ${failure.what}\n${failure.replay}`),
  ).toEqual([]);
  expect(tally.skipped).toEqual([]);
  expect(tally.tried).toBeGreaterThanOrEqual(least);
}

const options = { timeout: 15 * MINUTES };

test(
  'R1: killed before any call that changes something, the next tick repairs it',
  options,
  async () => {
    nothingLost(await killAtSeam(sample(300)), 'at the seam', 300);
  },
);

test('R1: what the seam keeps is what a process leaves that is killed', options, async () => {
  nothingLost(await compareWithRealKills(sample(4)), 'compared', 4);
});

test('R1: the watcher, killed while it carries work out itself', options, async () => {
  const watch = { ...sample(60), scenario: 'watch-longer' };
  nothingLost(await killAtSeam(watch), 'of the watcher', 40);
});

test('R2: killed again while it repairs, the tick after that does', options, async () => {
  nothingLost(await killRecoveryAtSeam(sample(100)), 'at the seam', 100);
});

test('R3: any call may fail, and the old files are whole', options, async () => {
  nothingLost(await failAtSeam(sample(100)), 'at the seam', 100);
});

test.skipIf(missing !== null && mayBeMissing)(
  `R1 by strace: kill -9 at real system calls${reason}`,
  options,
  async () => {
    nothingLost(await killByStrace(sample(12)), 'by strace', 12);
  },
);

test.skipIf(missing !== null && mayBeMissing)(
  `R2 by strace: kill -9 twice${reason}`,
  options,
  async () => {
    nothingLost(await killRecoveryByStrace(sample(4)), 'by strace', 4);
  },
);

test.skipIf(missing !== null && mayBeMissing)(
  `R3 by strace: system calls fail${reason}`,
  options,
  async () => {
    nothingLost(await failByStrace(sample(8)), 'by strace', 8);
  },
);

test(
  'R5: an editor that saves without pause loses no byte, and nothing runs twice',
  options,
  async () => {
    nothingLost(await editWithoutPause(sample(180)), 'saves', 180);
  },
);

test('R4: eight at once, any of them killed: each task once', options, async () => {
  nothingLost(await workAsCrowd(sample(16)), 'tasks', 16);
});

test('R7: clocks that change, jump and disagree, and whoever stands still', options, async () => {
  const tally = await jumpTheClock(sample(20));
  if (mayBeMissing) tally.skipped.length = 0;
  nothingLost(tally, 'cases', 19);
});

test('R8: hints that are lost or late, and folders that are replaced', options, async () => {
  nothingLost(await missHints(sample(9)), 'deeds', 9);
});

test('R10: a crash a second leaves nothing behind', options, async () => {
  nothingLost(await soak(sample(8)), 'crashes', 8);
});

test('R6: any life of a house keeps the promises', options, async () => {
  nothingLost(await liveAtRandom(sample(100)), 'lives', 100);
});

test(
  'R9: a file that no person meant is told of, left alone and never dispatched',
  options,
  async () => {
    nothingLost(await feedStrangeFiles(sample(72)), 'files', 72);
  },
);
