import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/**
 * What takes longest, longest first: begun last, one of them would keep a single core at work once
 * all else is done. Vitest knows no durations in a fresh clone, and goes by size.
 */
const LONGEST = [
  'tests/end-to-end/cron.test.ts',
  'tests/faults/faults.test.ts',
  'tests/end-to-end/house-states.test.ts',
  'tests/end-to-end/hermes-gateway.test.ts',
  'tests/end-to-end/hermes-queue.test.ts',
  'tests/bodies/hermes-real.test.ts',
  'tests/bodies/openclaw-real.test.ts',
  'tests/operations/provision-killed.test.ts',
  'tests/operations/doctor/faults.test.ts',
  'tests/bodies/bodies.test.ts',
  'tests/end-to-end/at-once.test.ts',
  'tests/end-to-end/idle-tick.test.ts',
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return at === -1 ? LONGEST.length : at;
}
