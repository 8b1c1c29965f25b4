import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appendVersion, lastVersion, readVersions } from '../../lib/queue/history-store.ts';
import type { Changes } from '../../lib/queue/version.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

function history() {
  const folder = mkdtempSync(join(tmpdir(), 'robed-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    add: (seq: number, changes: Changes = {}) =>
      appendVersion(folder, {
        seq,
        time: NOON,
        hash: `${seq}`,
        by: 'person',
        file: 'x.md',
        changes,
      }),
    tear: () => appendFileSync(join(folder, '2026-11-21.jsonl'), '\n{"seq":99,"ti'),
  };
}

/** A version whose line is longer than what is read of a list's end at once. */
const many = (count: number): Changes =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`TASK-${at}`, { status: [null, 'PENDING ☃'] }]),
  );

test.each([
  ['that is short', 3],
  ['that is long', 2000],
])('the newest version of a list %s is found, also behind a torn line', (_, changed) => {
  const { folder, add, tear } = history();
  expect(lastVersion(folder)).toBeNull();
  for (let seq = 1; seq <= 40; seq++) add(seq, many(20));
  expect(lastVersion(folder)?.seq).toBe(40);
  add(41, many(changed));
  expect(lastVersion(folder)?.seq).toBe(41);
  tear();
  expect(lastVersion(folder)).toMatchObject({ seq: 41, changes: many(changed) });
  add(42);
  expect(lastVersion(folder)?.seq).toBe(42);
  expect(readVersions(folder)).toHaveLength(42);
});
