import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { editFile } from '../../lib/cli/edit-file.ts';
import { fieldEdits } from '../../lib/cli/set-field.ts';
import { packageRoot } from '../../lib/core/package-root.ts';

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

test('of many commands at once none is lost', async () => {
  const ids = Array.from({ length: 8 }, (_, at) => `T-${at + 1}`);
  const all = ids.map((id) => `## ${id}: Task\n- **Status:** PENDING\n\n`).join('');
  const { cwd, path } = folderWith(all);
  const set = async (id: string, field: string, value: string) => {
    const launcher = join(packageRoot(), 'scripts', 'robed.js');
    const words = [launcher, 'set', id, field, value, '--queue', path];
    const [code] = await once(spawn(process.execPath, words, { stdio: 'ignore' }), 'exit');
    expect(code).toBe(0);
  };
  await Promise.all(ids.flatMap((id) => [set(id, 'status', 'done'), set(id, 'Owner', `me-${id}`)]));
  const text = readFileSync(path, 'utf8');
  expect(text.split('COMPLETE').length - 1).toBe(ids.length);
  for (const id of ids) expect(text).toContain(`me-${id}\n`);
  expect(readdirSync(cwd)).toEqual(['q.md']);
});

test('an edit that changes nothing writes nothing', async () => {
  const { cwd, path } = folderWith(QUEUE);
  const { before, after } = await editFile('q.md', { cwd, dryRun: false }, () => []);
  expect(after).toBe(before);
  expect(readFileSync(path, 'utf8')).toBe(QUEUE);
});

test('a late save that says already what was asked for is put back, not left beside the file', async () => {
  const { cwd, path } = folderWith(QUEUE);
  const theirs = QUEUE.replace('PENDING', 'COMPLETE').replace('Two', 'Two, renamed meanwhile');
  const editor = openSync(path, 'r+');
  const edited = editFile('q.md', { cwd, dryRun: false }, (doc) =>
    fieldEdits(doc, 'T-1', 'status', 'done'),
  );
  writeSync(editor, theirs, 0);
  closeSync(editor);
  expect((await edited).after).not.toBe(QUEUE);
  expect(readFileSync(path, 'utf8')).toBe(theirs);
  expect(readdirSync(cwd)).toEqual(['q.md']);
});
