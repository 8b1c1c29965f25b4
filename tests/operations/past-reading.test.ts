import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPast } from '../../lib/operations/past-reading.ts';
import {
  appendVersion,
  fileOfSave,
  keepSave,
  readVersions,
} from '../../lib/queue/history-store.ts';

function kept(text: string) {
  const history = mkdtempSync(join(tmpdir(), 'past-'));
  onTestFinished(() => rmSync(history, { recursive: true, force: true }));
  const file = fileOfSave(1, 'a'.repeat(64));
  keepSave(history, file, text);
  const hash = 'a'.repeat(64);
  appendVersion(history, { seq: 1, time: Date.now(), hash, by: 'person', file, changes: {} });
  return { history, file: join(history, file) };
}

test('a version is read as the queue is, whose name may say what its bullets are', () => {
  const { history } = kept('- ✅ Tune the bell\n- 🚧 Oil the door\n- ⏳ Sweep the yard\n');
  const read = readPast({ queue: '/house/TODO.md', history }, readVersions(history), 1);
  expect(read?.doc.entries.map(({ title }) => title)).toEqual([
    'Tune the bell',
    'Oil the door',
    'Sweep the yard',
  ]);
});

test('one that was taken away by hand is none', () => {
  const { history, file } = kept('# Queue\n');
  rmSync(file);
  const paths = { queue: '/house/WORK-QUEUE.md', history };
  expect(readPast(paths, readVersions(history), 1)).toBe(null);
});
