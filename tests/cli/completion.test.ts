import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { robed } from '../support/robed.ts';

function household(): string {
  const root = mkdtempSync(join(tmpdir(), 'household-'));
  const home = join(root, 'wizards', 'allegro', 'home');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(root, 'wizards', 'allegro', 'house.yaml'), '');
  writeFileSync(
    join(home, 'WORK-QUEUE.md'),
    '## TASK-001: Rotate the token\n- **Status:** DONE\n\n## TASK-002: Read \u001b[2J it\n- **Status:** PENDING\n',
  );
  return root;
}

const complete = (words: string[], cwd: string) =>
  robed(['complete', '--', ...words], { cwd })
    .stdout.trimEnd()
    .split('\n')
    .slice(0, -1);

test('commands are offered, hidden ones not', () => {
  const offers = complete([''], household()).map((line) => line.split('\t')[0]);
  expect(offers).toContain('dispatch');
  expect(offers).not.toContain('runner');
});

test('a task’s place offers ids with status and title, and nothing that a terminal obeys', () => {
  expect(complete(['show', 'TASK'], household())).toEqual([
    'TASK-001\tCOMPLETE Rotate the token',
    'TASK-002\tPENDING Read \\u{1b}[2J it',
  ]);
});

test('options, their values and fields are offered', () => {
  const root = household();
  expect(complete(['retry', '--dry'], root)).toEqual([
    '--dry-run\tshow what would change, change nothing',
  ]);
  expect(complete(['list', '--wizard', ''], root)).toEqual(['allegro\ta house']);
  expect(complete(['set', 'TASK-001', 'stat'], root)).toEqual(['status\tany status word']);
});

test('a household that can’t be read offers nothing and says nothing', () => {
  const { status, stdout, stderr } = robed(['complete', '--', 'show', '--root', '/nowhere', '']);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: ':4\n', stderr: '' });
});

test.each(['bash', 'zsh', 'fish'])('`robed completion %s` prints a script', (shell) => {
  const { status, stdout } = robed(['completion', shell]);
  expect(status).toBe(0);
  expect(stdout).toContain('robed complete --');
});

test('another shell is a usage error', () => {
  expect(robed(['completion', 'csh'])).toMatchObject({
    status: 2,
    stderr: 'robed: expected one of bash, zsh, fish, powershell, found "csh"\n',
  });
});
