import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../lib/core/package-root.ts';
import { CHECKS } from '../../../lib/operations/doctor/registry.ts';
import { type Ran, robed } from '../../support/robed.ts';
import { type HealthyHousehold, healthyHousehold } from './household.ts';

const doctor = ({ root, environment }: HealthyHousehold, ...argv: string[]): Ran =>
  robed(['doctor', '--root', root, ...argv], { env: environment });

test('a healthy household is one line, and exit code 0', async () => {
  const household = await healthyHousehold();
  expect(doctor(household)).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^\d+ checks ok\n$/),
    stderr: '',
  });
});

test('what fails comes first, each with what to type, and the exit code is 1', async () => {
  const household = await healthyHousehold();
  const { paths, write } = household;
  write('wizards/ezra/home/quarantine/T-1.txt', 'Done.\n');
  chmodSync(paths('ezra').env, 0o644);
  const { status, stdout } = doctor(household);
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^FAIL {2}ezra permissions: .*\n {6}→ chmod 600 .*\nWARN {2}ezra quarantine: .*\n {6}→ less .*\n\n\d+ checks ok\n`robed doctor --fix` mends 1 of the above\n$/,
  );
  expect(doctor(household, '--wizard', 'allegro').status).toBe(0);
});

test('a warning alone is exit code 0', async () => {
  const household = await healthyHousehold();
  household.write('wizards/ezra/home/quarantine/T-1.txt', 'Done.\n');
  expect(doctor(household)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^WARN/) });
});

test('--json is one document with every check, the ok ones too', async () => {
  const household = await healthyHousehold();
  chmodSync(household.paths('ezra').env, 0o644);
  const { status, stdout, stderr } = doctor(household, '--json');
  const { checks, ...rest } = JSON.parse(stdout);
  expect([status, stderr, rest]).toEqual([1, '', { version: 1 }]);
  expect(checks[0]).toEqual({
    name: 'permissions',
    wizard: 'ezra',
    level: 'fail',
    message: expect.stringContaining('home/.env is 0644'),
    fix: `chmod 600 ${household.paths('ezra').env}`,
  });
  expect(new Set(checks.map(({ name }: { name: string }) => name)).size).toBe(CHECKS.length);
  for (const { level, fix } of checks) expect(fix === null).toBe(level === 'ok');
});

test('--fix tells what it mended and looks again; with --dry-run it only tells', async () => {
  const household = await healthyHousehold();
  const { env } = household.paths('ezra');
  chmodSync(env, 0o644);
  const planned = doctor(household, '--fix', '--dry-run');
  expect([planned.status, statSync(env).mode & 0o777]).toEqual([1, 0o644]);
  expect(planned.stdout).toMatch(/^would mend: ezra: makes wizards\/ezra\/home\/\.env 0600\nFAIL/);
  expect(doctor(household, '--fix')).toEqual({
    status: 0,
    stdout: expect.stringMatching(
      /^mended: ezra: makes wizards\/ezra\/home\/\.env 0600\n\d+ checks ok\n$/,
    ),
    stderr: '',
  });
  expect(statSync(env).mode & 0o777).toBe(0o600);
});

test('what files say can’t paint on the terminal', async () => {
  const household = await healthyHousehold();
  household.write('wizards/ezra/home/quarantine/\u001b[2J.txt', 'Done.\n');
  const { stdout } = doctor(household);
  expect(stdout).not.toContain('\u001b');
  expect(stdout.split('\\u{1b}[2J.txt')).toHaveLength(3);
});

test('a house that is not there is refused', async () => {
  const household = await healthyHousehold();
  expect(doctor(household, '--wizard', 'nobody')).toMatchObject({ status: 78, stdout: '' });
});

test('docs/doctor.md lists every check, its levels and whether --fix mends it, and no other', () => {
  const text = readFileSync(join(packageRoot(), 'docs', 'doctor.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (.*) \| (.*) \| (.*) \| (.*) \|$/gm)].map(
    ([, name, of, levels, finds, fix]) => ({ name, of, levels, finds, fix }),
  );
  expect(rows).toEqual(
    CHECKS.map(({ name, of, levels, finds, mends }) => ({
      name,
      of: of === 'house' ? 'each house' : 'the household',
      levels: levels.join(', '),
      finds,
      fix: mends ? 'yes' : '',
    })),
  );
});
