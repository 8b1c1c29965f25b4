import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, gone when that has finished. */
export function scratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'robed-platform-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What lies in a folder beside the files that should. */
export function leftovers(directory: string, ...expected: string[]): string[] {
  return readdirSync(directory).filter((name) => !expected.includes(name));
}
