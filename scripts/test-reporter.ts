import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** What check.ts needs to know of a test run. */
export interface TestSummary {
  passed: number;
  /** Tests, files that could not be read, and errors that no test owns. */
  failed: number;
  /** What went wrong, one each: `file > test`, a line's end, and the error's own words. */
  failures: string[];
  /** `file > test: reason`, one each. */
  skipped: string[];
}

/** Writes a TestSummary to the file that ROBED_TEST_SUMMARY names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const summary: TestSummary = { passed: 0, failed: 0, failures: [], skipped: [] };
    for (const module of modules) {
      fail(summary, module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites())
        fail(summary, `${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
      for (const test of module.children.allTests()) count(test, module, summary);
    }
    fail(summary, 'outside of any test', unhandled);
    const file = process.env['ROBED_TEST_SUMMARY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }
}

function count(test: TestCase, module: TestModule, summary: TestSummary): void {
  const result = test.result();
  const name = `${module.relativeModuleId} > ${test.fullName}`;
  if (result.state === 'passed') summary.passed++;
  else if (result.state === 'failed') {
    summary.failed++;
    summary.failures.push([name, ...result.errors.map(words)].join('\n'));
  } else {
    const note = result.state === 'skipped' ? result.note : 'it never ran';
    summary.skipped.push(note === undefined ? name : `${name}: ${note}`);
  }
}

function fail(summary: TestSummary, name: string, errors: readonly SerializedError[]): void {
  for (const error of errors) {
    summary.failed++;
    summary.failures.push(`${name}\n${words(error)}`);
  }
}

/** The message, the difference, and the places of the project's own files. */
function words({ name, message, diff, stack }: SerializedError): string {
  const places = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const ours = places.filter((line) => !line.includes('node_modules')).slice(0, 6);
  return [`${name ?? 'Error'}: ${message}`, ...(diff === undefined ? [] : [diff]), ...ours]
    .join('\n')
    .replaceAll(/^/gm, '    ');
}
