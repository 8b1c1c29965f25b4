import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { testHouse } from '../support/household.ts';

const bundled = (checkout: string, argv: string[]) =>
  spawnSync(process.execPath, [join(checkout, 'dist', 'robed.js'), ...argv], { encoding: 'utf8' });

/** The bundle without the packages that stand apart: whatever needs one fails. */
function withoutPackages(): string {
  const root = packageRoot();
  const bare = mkdtempSync(join(tmpdir(), 'bare-'));
  for (const name of ['package.json', 'migrations', 'templates', join('dist', 'robed.js')]) {
    cpSync(join(root, name), join(bare, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(bare, 'node_modules'));
  return bare;
}

test('an idle tick loads none of the packages that stand apart', () => {
  const house = testHouse('### T-1: One\n- **Status:** DONE\n');
  const argv = ['dispatch', '--root', house.root];
  const bare = withoutPackages();
  expect(bundled(bare, argv).stderr).toContain('Cannot find module');
  for (const _ of ['makes the memory', 'remembers the settings']) bundled(packageRoot(), argv);
  expect(bundled(bare, argv)).toMatchObject({ status: 0, stdout: '', stderr: '' });
});
