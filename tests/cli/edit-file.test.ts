import { mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { editFile } from '../../lib/cli/edit-file.ts';
import { fieldEdits } from '../../lib/cli/set-field.ts';

const QUEUE = '## T-1: One\n- **Status:** PENDING\n\n## T-2: Two\n- **Status:** PENDING\n';

function folderWith(text: string): { cwd: string; path: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'edit-'));
  writeFileSync(join(cwd, 'q.md'), text);
  return { cwd, path: join(cwd, 'q.md') };
}

test.each([
  [
    'by rename',
    (path: string, text: string) => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },
  ],
  ['in place', (path: string, text: string) => writeFileSync(path, text)],
])('a save that comes in between %s is edited too, not overwritten', async (_, save) => {
  const { cwd, path } = folderWith(QUEUE);
  let asked = 0;
  await editFile('q.md', { cwd, dryRun: false }, (doc) => {
    if (++asked === 1) save(path, QUEUE.replace('Two', 'Two, renamed meanwhile'));
    return fieldEdits(doc, 'T-1', 'status', 'done');
  });
  expect(asked).toBe(2);
  expect(readFileSync(path, 'utf8')).toBe(
    QUEUE.replace('PENDING', 'COMPLETE').replace('Two', 'Two, renamed meanwhile'),
  );
  expect(readdirSync(cwd)).toEqual(['q.md']);
});

test('an edit that changes nothing writes nothing', async () => {
  const { cwd, path } = folderWith(QUEUE);
  const { before, after } = await editFile('q.md', { cwd, dryRun: false }, () => []);
  expect(after).toBe(before);
  expect(readFileSync(path, 'utf8')).toBe(QUEUE);
});
