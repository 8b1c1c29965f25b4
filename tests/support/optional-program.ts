import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Tests that drive a program which `install` puts into .cache/: skipped by name where it is
 * missing, failing instead where ROBED_NO_SKIPS=1 forbids skips. `path` is below .cache/.
 */
export function describeProgram(
  name: string,
  path: string,
  install: string,
  suite: (program: string) => void,
): void {
  const program = join(import.meta.dirname, '..', '..', '.cache', path);
  if (existsSync(program)) {
    describe.concurrent(name, () => suite(program));
  } else if (process.env['ROBED_NO_SKIPS'] === '1') {
    it(`${name} is installed`, () => expect.fail(`expected ${program}; run ${install}`));
  } else {
    it.skip(`${name} (not installed; run ${install})`, () => {});
  }
}
