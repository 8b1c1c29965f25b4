import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A household that no house is in yet, gone when the test has finished. */
export function emptyHousehold(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'robed-founding-')));
  mkdirSync(join(root, 'wizards'));
  onTestFinished(() =>
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  );
  return root;
}
