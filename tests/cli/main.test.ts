import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packageVersion } from '../../lib/core/package-root.ts';
import { robed } from '../support/robed.ts';

test('--version prints the version', () => {
  expect(robed(['--version'])).toMatchObject({ status: 0, stdout: `${packageVersion()}\n` });
});

test('without a command, help goes to stdout', () => {
  const { status, stdout, stderr } = robed([]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Examples:\n {2}robed start/);
  expect(stdout).not.toContain('body-model');
});

test.each([
  ['help', 'set'],
  ['set', '--help'],
])('`robed %s %s` shows examples first', (...argv) => {
  const { status, stdout } = robed(argv);
  expect(status).toBe(0);
  expect(stdout.indexOf('Examples:')).toBeLessThan(stdout.indexOf('Usage: robed set'));
  expect(stdout).toContain('--dry-run');
});

test('a mistyped command is a usage error that names what was meant', () => {
  expect(robed(['lst'])).toEqual({
    status: 2,
    stdout: '',
    stderr: "robed: unknown command 'lst'\n  Did you mean list?\n",
  });
});

test('so is a mistyped option', () => {
  const { status, stderr } = robed(['list', '--jsn']);
  expect(status).toBe(2);
  expect(stderr).toContain('Did you mean --json?');
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
