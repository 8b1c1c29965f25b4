import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/core/clock.ts';
import { provision } from '../../lib/operations/provision.ts';
import { emptyHousehold } from '../support/empty-household.ts';

/** A git that is killed while it adds, with its lock in its hand. */
const KILLED = `#!/bin/sh
dir=.git
for word in "$@"; do
  case $word in
  --git-dir=*) dir=\${word#--git-dir=} ;;
  add) : >"$dir/index.lock"; kill -9 $$ ;;
  esac
done
PATH=\${PATH#*:} exec git "$@"
`;

test('a git that was killed leaves nothing in the way of the next provision', async () => {
  const root = emptyHousehold();
  const options = { clock: systemClock, environment: process.env, dryRun: false, crontab: false };
  writeFileSync(join(root, 'git'), KILLED);
  chmodSync(join(root, 'git'), 0o755);
  vi.stubEnv('PATH', `${root}${delimiter}${process.env['PATH']}`);
  await expect(provision(root, 'ezra', {}, options)).rejects.toThrow('git add failed');
  vi.unstubAllEnvs();
  await provision(root, 'ezra', {}, options);
  const house = join(root, 'wizards', 'ezra');
  const { stdout } = spawnSync('git', ['-C', house, 'log', '--format=%s'], { encoding: 'utf8' });
  expect(stdout).toBe('Found the house\n');
  expect(existsSync(join(house, '.git.making'))).toBe(false);
});
