import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { packageRoot, packageVersion } from '../../lib/core/package-root.ts';
import { robed } from '../support/robed.ts';

const launcher = join(packageRoot(), 'scripts', 'robed.js');

test('--version prints the version', () => {
  expect(robed(['--version'])).toMatchObject({ status: 0, stdout: `${packageVersion()}\n` });
});

test('without a command, help goes to stdout', () => {
  const { status, stdout, stderr } = robed([]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Examples:\n {2}robed start/);
  expect(stdout).not.toContain('body-model');
  for (const { name, hidden } of COMMANDS)
    if (!hidden) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
});

test.each(['-h', '--help', 'help', 'help help', 'help --json', '--json --help'])(
  'so it does for `robed %s`',
  (line) => {
    expect(robed(line.split(' '))).toEqual({ ...robed([]), status: 0 });
  },
);

test.each([
  ['help', 'set'],
  ['set', '--help'],
  ['set', '-h'],
])('`robed %s %s` shows examples first', (...argv) => {
  const { status, stdout } = robed(argv);
  expect(status).toBe(0);
  expect(stdout.indexOf('Examples:')).toBeLessThan(stdout.indexOf('Usage: robed set'));
  expect(stdout).toContain('--dry-run');
});

test.each(['lst', 'help lst', '--root /nowhere lst --json'])(
  'a mistyped command (`robed %s`) is a usage error that names what was meant',
  (line) => {
    expect(robed(line.split(' '))).toEqual({
      status: 2,
      stdout: '',
      stderr: "robed: unknown command 'lst'\n  Did you mean list?\n",
    });
  },
);

test.each(['list --jsn', '--jsn list', '--jsn'])('so is a mistyped option (`robed %s`)', (line) => {
  expect(robed(line.split(' '))).toEqual({
    status: 2,
    stdout: '',
    stderr: "robed: unknown option '--jsn'\n  Did you mean --json?\n",
  });
});

test('options without a command are none', () => {
  const { status, stdout, stderr } = robed(['--json']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('Usage: robed [options] [command]');
});

test('a household that is none is a configuration error, with what to do', () => {
  const { status, stderr } = robed(['status', '--root', '/nowhere/at/all']);
  expect(status).toBe(78);
  expect(stderr).toMatch(/^robed: expected a household .*\n {2}mkdir -p /);
});

test('who stops reading stops nothing and sees no error', () => {
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', '{ "$0" scripts/list.ts --help; echo "exit $?" >&2; } | true', process.execPath],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'exit 0\n' });
});

const unwritable = existsSync('/dev/full') ? test : test.skip;

unwritable(
  'what can’t be written is a failure that is told, and no crash (needs /dev/full)',
  () => {
    const into = (line: string) =>
      spawnSync('sh', ['-c', `"$0" scripts/robed.js ${line}`, process.execPath], {
        encoding: 'utf8',
      });
    expect(into('help >/dev/full')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^robed: the output can't be written: ENOSPC.*\n$/),
    });
    // Where messages have no place either, the code says what it would have said.
    expect(into('lst 2>/dev/full')).toMatchObject({ status: 2, stdout: '' });
    expect(into('help >/dev/full 2>&1')).toMatchObject({ status: 1 });
  },
);

test('a folder that was removed under one’s feet is told as that; what needs none works', () => {
  const gone = (line: string) =>
    spawnSync(
      'sh',
      ['-c', `cd "$(mktemp -d)" && rmdir "$PWD" && "$0" "$1" ${line}`, process.execPath, launcher],
      {
        encoding: 'utf8',
      },
    );
  expect(gone('list')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'robed: the folder that you stand in was removed\n  cd to one that is there\n',
  });
  expect(gone('dispatch')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^robed: the/),
  });
  expect(gone('help')).toMatchObject({ status: 0, stderr: '' });
});
