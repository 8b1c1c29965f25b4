/**
 * `npm test`: types, lint, dead code, duplicates, the bundle, the tests. One line a step, what a
 * failed one said, and last a line that counts: of the tests only those that failed, first of all,
 * since a log is often shown by its beginning. ROBED_NO_SKIPS=1 makes a skipped test a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../lib/core/package-root.ts';
import type { TestSummary } from './test-reporter.ts';

const CHECKS: readonly (readonly [name: string, ...command: [string, ...string[]]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['dead code and cycles', 'knip'],
  ['duplicates', 'jscpd', '--min-tokens', '100', '--threshold', '0', '--silent', 'lib', 'scripts'],
  ['bundle', 'node', 'scripts/build.ts'],
];

const root = packageRoot();
const noSkips = process.env['ROBED_NO_SKIPS'] === '1';
const total = { passed: 0, failed: 0, skipped: [] as string[] };

for (const [name, ...command] of CHECKS) {
  const { passed, said } = step(name, command, {});
  if (passed) total.passed++;
  else {
    total.failed++;
    console.log(said);
  }
}
const tests = runTests();
total.passed += tests.passed;
total.failed += tests.failed;

if (tests.skipped.length > 0)
  console.log(`\nSkipped${noSkips ? ', which counts as failed here' : ''}:`);
for (const skipped of tests.skipped) console.log(`  ${skipped}`);
if (noSkips) total.failed += tests.skipped.length;
else total.skipped = tests.skipped;

process.exitCode = total.failed === 0 ? 0 : 1;
const skips = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`;
console.log(`\n${total.passed} passed, ${total.failed} failed${skips}`);

function runTests(): TestSummary {
  const folder = mkdtempSync(join(tmpdir(), 'robed-check-'));
  const file = join(folder, 'summary.json');
  try {
    const command: [string, ...string[]] = [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=./scripts/test-reporter.ts',
    ];
    const { passed, said } = step('tests', command, { ROBED_TEST_SUMMARY: file });
    const summary = readSummary(file);
    // A run that failed for a reason that no test has is a failure all the same.
    if (!passed && summary.failed === 0) summary.failed = 1;
    for (const failure of summary.failures) console.log(`\n✗ ${failure}`);
    if (!passed && summary.failures.length === 0) console.log(said);
    return summary;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSummary(file: string): TestSummary {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, failures: [], skipped: [] };
  }
}

function step(
  name: string,
  [program, ...args]: readonly [string, ...string[]],
  environment: Record<string, string>,
): { passed: boolean; said: string } {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
    env: {
      ...process.env,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH']}`,
      ...environment,
    },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const passed = status === 0;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  return { passed, said: `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}` };
}
