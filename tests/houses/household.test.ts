import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { findHousehold } from '../../lib/houses/household.ts';

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'robed-where-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('whoever stands in a household means it, also where it has no house yet', () => {
  const empty = folder();
  mkdirSync(join(empty, 'wizards'));
  mkdirSync(join(empty, 'deeper', 'down'), { recursive: true });
  expect(findHousehold(undefined, {}, join(empty, 'deeper', 'down'))).toBe(empty);
  const named = folder();
  writeFileSync(join(named, 'robed.yaml'), '');
  expect(findHousehold(undefined, {}, named)).toBe(named);
});

test('who stands in none means the checkout’s own', () => {
  const nowhere = folder();
  writeFileSync(join(nowhere, 'wizards'), 'a file of that name is no household');
  expect(findHousehold(undefined, {}, nowhere)).toBe(packageRoot());
});
