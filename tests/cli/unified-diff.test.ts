import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../lib/cli/unified-diff.ts';

const text = (lines: number[]) => lines.map((line) => `line ${line}\n`).join('');
const many = Array.from({ length: 30 }, (_, index) => index);

test('two versions that are the same have no diff', () => {
  expect(unifiedDiff('q.md', 'a\n', 'a\n')).toBe('');
});

test('one changed line is shown with three lines of context', () => {
  const after = text(many).replace('line 9\n', 'line nine\n');
  expect(unifiedDiff('q.md', text(many), after)).toMatchInlineSnapshot(`
    "--- q.md
    +++ q.md
    @@ -7,7 +7,7 @@
     line 6
     line 7
     line 8
    -line 9
    +line nine
     line 10
     line 11
     line 12
    "
  `);
});

test('a block that moved far is two hunks', () => {
  const moved = [...many.filter((line) => line !== 3), 3];
  const diff = unifiedDiff('q.md', text(many), text(moved));
  expect(diff.match(/^@@/gm)).toHaveLength(2);
  expect(diff.match(/^[-+]line/gm)).toEqual(['-line', '+line']);
});

test('a missing line end is told', () => {
  expect(unifiedDiff('q.md', 'a', 'a\n')).toBe(
    '--- q.md\n+++ q.md\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n',
  );
});

test('`git apply` makes the new version from the old one and the diff', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  const line = fc.constantFrom('a', 'b', 'c', '', '## T');
  const version = fc
    .tuple(fc.array(line, { maxLength: 25 }), fc.boolean())
    .map(([lines, ended]) => lines.join('\n') + (ended ? '\n' : ''));
  fc.assert(
    fc.property(version, version, (before, after) => {
      fc.pre(before !== after && before !== '' && after !== '');
      writeFileSync(join(folder, 'q.md'), before);
      const input = unifiedDiff('q.md', before, after);
      const git = spawnSync('git', ['apply', '--whitespace=nowarn', '-p0', '-'], {
        cwd: folder,
        input,
        encoding: 'utf8',
        env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
      });
      expect(git.stderr).toBe('');
      expect(readFileSync(join(folder, 'q.md'), 'utf8')).toBe(after);
    }),
    { numRuns: 60 },
  );
});
