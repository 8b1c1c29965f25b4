import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { makeCheckpoint } from '../../../lib/operations/checkpoint/checkpoint.ts';
import { bench } from '../../support/bench.ts';
import { task } from '../../support/household.ts';

/** A house with a repository of its own; `git` runs there, as the person whose settings it has. */
export async function houseWithRepository(queue = task('T-1', 'echo one')) {
  const house = await bench(queue);
  const folder = house.paths.house;
  const settings = join(house.root, 'gitconfig');
  writeFileSync(settings, '[user]\n\tname = Wizard\n\temail = wizard@example.com\n');
  vi.stubEnv('GIT_CONFIG_GLOBAL', settings);
  vi.stubEnv('HOME', house.root);
  vi.stubEnv('XDG_CONFIG_HOME', house.root);
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  const write = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  git('init', '-q', '-b', 'main');
  return {
    ...house,
    git,
    write,
    folder,
    checkpoint: (options = { dryRun: false }) => makeCheckpoint(house.context, options),
    committed: () => git('ls-tree', '-r', '--name-only', 'HEAD').split('\n'),
    status: () => git('status', '--porcelain', '--untracked-files=no'),
    /** Commits. */
    count: () => Number(git('rev-list', '--count', 'HEAD')),
  };
}
