import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What check.ts needs to know of a test run. */
export interface TestSummary {
  passed: number;
  /** Tests, files that could not be read, and errors that no test owns. */
  failed: number;
  /** `file > test: reason`, one each. */
  skipped: string[];
}

/** Writes a TestSummary to the file that ROBED_TEST_SUMMARY names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const summary: TestSummary = { passed: 0, failed: unhandled.length, skipped: [] };
    for (const module of modules) {
      summary.failed += module.errors().length;
      for (const test of module.children.allTests()) count(test, module, summary);
      for (const suite of module.children.allSuites()) summary.failed += suite.errors().length;
    }
    const file = process.env['ROBED_TEST_SUMMARY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }
}

function count(test: TestCase, module: TestModule, summary: TestSummary): void {
  const result = test.result();
  if (result.state === 'passed') summary.passed++;
  else if (result.state === 'failed') summary.failed++;
  else {
    const note = result.state === 'skipped' ? result.note : 'it never ran';
    const name = `${module.relativeModuleId} > ${test.fullName}`;
    summary.skipped.push(note === undefined ? name : `${name}: ${note}`);
  }
}
