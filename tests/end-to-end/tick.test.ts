import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { jobFiles } from '../../lib/houses/job-files.ts';
import { ALIVE } from '../support/alive.ts';
import { task, testHouse } from '../support/household.ts';
import { ticker } from '../support/tick.ts';
import { until } from '../support/until.ts';

function scene(script: string) {
  const house = testHouse('');
  const files = jobFiles(house.paths, 'dispatch');
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : null);
  return { ...house, ...ticker(house.root, house.name, script), files, read };
}

test('a tick runs its job, without a word, and notes that it fired and how it ended', async () => {
  const { tick, files, read, root, name } = scene('echo "$@"; echo "as $ROBED_TICK" >&2');
  expect(await tick('dispatch')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(read(files.exit)).toBe('0\n');
  expect(statSync(files.fired).mtimeMs).toBeLessThanOrEqual(statSync(files.ok).mtimeMs);
  expect(read(files.log)).toMatch(/^== \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ exit 0\n/);
  expect(read(files.log)).toContain(`robed.js dispatch --root ${root} --wizard ${name}\n`);
  expect(read(files.log)).toContain('as dispatch\n');
});

test('a job that says nothing leaves no log, one that fails its exit code', async () => {
  const { tick, files, read } = scene('[ -e "$HOME/fail" ] && exit 7; exit 0');
  await tick('dispatch');
  expect(read(files.log)).toBeNull();
  const since = statSync(files.ok).mtimeMs;
  writeFileSync(join(files.folder, '..', '..', '..', '..', 'fail'), '');
  expect(await tick('dispatch')).toEqual({ status: 7, stdout: '', stderr: '' });
  expect(read(files.exit)).toBe('7\n');
  expect(read(files.log)).toContain('exit 7');
  expect(statSync(files.ok).mtimeMs).toBe(since);
});

test('a log that has grown to a megabyte makes room', async () => {
  const { tick, files, read } = scene('echo new');
  await tick('dispatch');
  writeFileSync(files.log, 'x'.repeat(1_100_000));
  await tick('dispatch');
  expect(read(files.log)).toMatch(/exit 0\nnew\n$/);
  expect(read(files.log)?.length).toBeLessThan(1000);
  expect(read(`${files.log}.1`)?.length).toBe(1_100_000);
});

/** A PATH without the programs that not every system has. */
function bare(root: string): string {
  const folder = join(root, 'bin');
  mkdirSync(folder);
  for (const program of [
    'sh',
    'cat',
    'date',
    'find',
    'mkdir',
    'mv',
    'rm',
    'sleep',
    'tail',
    'touch',
  ])
    symlinkSync(join('/bin', program), join(folder, program));
  return folder;
}

describe.each(['with flock(1) and timeout(1)', 'without them'])('%s', (kind) => {
  function ready(script: string) {
    const made = scene(script);
    const env = { PATH: kind === 'without them' ? bare(made.root) : '/usr/bin:/bin' };
    return { ...made, run: (more = {}) => made.tick('dispatch', { env: { ...env, ...more } }) };
  }

  test('a tick that is still at work is not joined by another', async () => {
    const { run, starts, root } = ready(
      `touch "$HOME/begun"; while ${ALIVE} && ! test -e "$HOME/go"; do sleep 0.05; done`,
    );
    const first = run();
    await until('the first tick works', () => existsSync(join(root, 'begun')));
    expect(await run()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(starts()).toBe(1);
    writeFileSync(join(root, 'go'), '');
    expect((await first).status).toBe(0);
    await run();
    expect(starts()).toBe(1);
  });

  test('what a tick leaves running keeps no later one away', async () => {
    const { run, starts, root } = ready(
      'sleep 60 </dev/null >/dev/null 2>&1 & echo $! >"$HOME/pid"',
    );
    await run();
    const pid = Number(readFileSync(join(root, 'pid'), 'utf8'));
    onTestFinished(() => {
      process.kill(pid);
    });
    expect(existsSync(`/proc/${pid}`) || process.platform !== 'linux').toBe(true);
    await run();
    expect(starts()).toBe(2);
  });

  test('a tick that takes too long is ended', async () => {
    const { run, files, read } = ready('exec sleep 60');
    const { status } = await run({ ROBED_TICK_LIMIT: '1' });
    expect(status).not.toBe(0);
    expect(read(files.exit)).toBe(`${status}\n`);
  });

  test('a tick that died holds nothing', async () => {
    const { run, starts, files } = ready('exit 0');
    await run();
    writeFileSync(join(files.folder, '.dispatch.pid'), '2147483646\n');
    writeFileSync(join(files.folder, '.dispatch.lock'), '');
    await run();
    expect(starts()).toBe(2);
  });
});

test('a dry run leaves no trace, and says what it would do', async () => {
  const { tick, files } = scene('echo "$@"');
  const { status, stdout } = await tick('dispatch', { args: ['--dry-run'] });
  expect(status).toBe(0);
  expect(stdout).toContain('--dry-run');
  expect(existsSync(files.folder)).toBe(false);
});

test('a house that is gone is told, with what to do', async () => {
  const { tick, paths, starts } = scene('exit 0');
  rmSync(paths.settings);
  const { status, stderr } = await tick('dispatch');
  expect(status).toBe(78);
  expect(stderr).toContain('robed crontab uninstall');
  expect(starts()).toBe(0);
  expect(readdirSync(paths.house)).not.toContain('logs');
});

test('the scripts are plain enough for every sh', () => {
  for (const name of ['tick.sh', 'tick-work.sh']) {
    const script = join(import.meta.dirname, '..', '..', 'scripts', name);
    for (const shell of ['dash', 'bash']) {
      const { status, stderr } = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
  }
});

test('ticks of the real program take a task to its report', async () => {
  const house = testHouse(task('T-1', 'echo done'));
  const { tick } = ticker(house.root, house.name);
  await until('the task is COMPLETE', async () => {
    const { status, stdout, stderr } = await tick('dispatch');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    return house.status('T-1') === 'COMPLETE';
  });
});
