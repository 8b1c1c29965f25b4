import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { robed } from '../support/robed.ts';

const QUEUE = `# Queue\r
\r
## TASK-001: Rotate the token\r
- **Status:** TODO  \r
- **Priority:** P1\r
\r
## TASK-002: Read \u001b[2J the logs\r
- **Status:** DONE (87e114e)\r
`;

function folderWith(text: string | Buffer = QUEUE): string {
  const folder = mkdtempSync(join(tmpdir(), 'queue-'));
  writeFileSync(join(folder, 'q.md'), text);
  return folder;
}

const read = (folder: string) => readFileSync(join(folder, 'q.md'), 'utf8');

const set = (cwd: string, ...words: string[]) =>
  robed(['set', ...words, '--queue', 'q.md'], { cwd });

test('`list --queue` reads any file, house or no house', () => {
  const cwd = folderWith();
  const { status, stdout, stderr } = robed(['list', '--queue', 'q.md'], { cwd });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n').slice(1)).toEqual([
    'ID        STATUS    PRIO  TITLE',
    'TASK-001  PENDING   P1    Rotate the token',
    'TASK-002  COMPLETE        Read \\u{1b}[2J the logs',
    '',
    '',
  ]);
});

test('`list --json` is the documented document', () => {
  const cwd = folderWith();
  const { stdout } = robed(['list', '--queue', 'q.md', '--json'], { cwd });
  expect(stdout).not.toContain('\u001b');
  const { version, wizards } = JSON.parse(stdout);
  expect(version).toBe(1);
  expect(wizards).toEqual([
    {
      wizard: null,
      queue: expect.stringMatching(/\/q\.md$/),
      findings: [],
      tasks: [
        {
          id: 'TASK-001',
          handle: expect.stringMatching(/^~[a-z2-7]{8}$/),
          title: 'Rotate the token',
          status: 'PENDING',
          rawStatus: 'TODO',
          statusSource: 'field',
          priority: 1,
          line: 3,
          endLine: 5,
          form: 'heading',
          section: ['Queue'],
          fields: { Status: 'TODO', Priority: 'P1' },
        },
        expect.objectContaining({ id: 'TASK-002', status: 'COMPLETE', rawStatus: 'DONE' }),
      ],
    },
  ]);
});

test.each([
  ['a missing file', 'none.md', 'found no file'],
  ['a folder', '.', 'found a folder'],
])('%s is an error that says so', (_, name, reason) => {
  const { status, stdout, stderr } = robed(['list', '--queue', name], { cwd: folderWith() });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(`robed: expected a queue, ${reason}\n`);
});

test('`set` changes the token’s bytes alone, in the file’s own words', () => {
  const cwd = folderWith();
  const ran = set(cwd, 'TASK-001', 'status', 'complete');
  expect(ran).toEqual({ status: 0, stdout: 'TASK-001: status is now complete\n', stderr: '' });
  expect(read(cwd)).toBe(QUEUE.replace('TODO  ', 'DONE  '));
  expect(readdirSync(cwd)).toEqual(['q.md']);
});

test('--dry-run shows the change and makes none', () => {
  const cwd = folderWith(QUEUE.replaceAll('\r\n', '\n'));
  const { stdout } = set(cwd, 'TASK-001', 'priority', 'P0', '--dry-run');
  expect(stdout).toContain('\n-- **Priority:** P1\n+- **Priority:** P0\n');
  expect(read(cwd)).toBe(QUEUE.replaceAll('\r\n', '\n'));
});

test('`set --json` says whether anything changed, and the diff', () => {
  const cwd = folderWith();
  const { stdout } = set(cwd, 'TASK-002', 'status', 'done', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, wizard: null, changed: false, diff: '' });
  expect(read(cwd)).toBe(QUEUE);
});

test('title, id and any other field can be set', () => {
  const cwd = folderWith('- [ ] Rotate the token\n');
  const handle = JSON.parse(robed(['list', '--queue', 'q.md', '--json'], { cwd }).stdout).wizards[0]
    .tasks[0].handle;
  expect(set(cwd, handle, 'id', 'T-7').stderr).toBe('');
  expect(set(cwd, 'T-7', 'title', 'Rotate both tokens').stderr).toBe('');
  expect(set(cwd, 'T-7', 'Verify', 'true').stderr).toBe('');
  expect(read(cwd)).toMatch(/^- \[ \] T-7: Rotate both tokens\n.*Verify.*true\n$/);
});

test.each([
  [
    'an unknown id names the near one',
    ['TASK-0001', 'status', 'done'],
    1,
    'did you mean TASK-001?',
  ],
  ['an unknown status names those there are', ['TASK-001', 'status', 'glorious'], 2, 'DEFERRED'],
  ['an unknown priority says what one is', ['TASK-001', 'priority', 'glorious'], 2, 'like P1'],
])('%s', (_, words, code, told) => {
  const cwd = folderWith();
  const { status, stdout, stderr } = set(cwd, ...words);
  expect({ status, stdout }).toEqual({ status: code, stdout: '' });
  expect(stderr).toContain(told);
  expect(read(cwd)).toBe(QUEUE);
});

test('a read-only file stays as it is, also for root', () => {
  const cwd = folderWith();
  chmodSync(join(cwd, 'q.md'), 0o444);
  const { status, stderr } = set(cwd, 'TASK-001', 'status', 'done');
  expect(status).toBe(1);
  expect(stderr).toMatch(/read-only one\n {2}.*q\.md\n {2}chmod u\+w /);
  expect(read(cwd)).toBe(QUEUE);
});

test('a file that can’t be trusted is shown and never written', () => {
  const damaged = Buffer.concat([Buffer.from(QUEUE), Buffer.alloc(16)]);
  const cwd = folderWith(damaged);
  const { stdout } = robed(['list', '--queue', 'q.md', '--json'], { cwd });
  expect(JSON.parse(stdout).wizards[0].findings).toContainEqual(
    expect.objectContaining({ level: 'error' }),
  );
  const { status, stderr } = set(cwd, 'TASK-001', 'status', 'done');
  expect(status).toBe(1);
  expect(stderr).toContain('must not be written');
  expect(readFileSync(join(cwd, 'q.md'))).toEqual(damaged);
});

test('a link is followed: its target changes, the link stays', () => {
  const cwd = folderWith();
  symlinkSync('q.md', join(cwd, 'link.md'));
  const { status } = robed(['set', 'TASK-001', 'status', 'done', '--queue', 'link.md'], { cwd });
  expect(status).toBe(0);
  expect(read(cwd)).toContain('DONE  ');
});
