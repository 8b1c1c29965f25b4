import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';

const run = ({ root }: TestHouse, ...argv: string[]) => robed([...argv, '--root', root]);

const json = (house: TestHouse, ...argv: string[]) =>
  JSON.parse(run(house, ...argv, '--json').stdout);

/** A house in which one task was done. */
async function worked(): Promise<TestHouse> {
  const house = testHouse(task('T-1', 'echo one'));
  run(house, 'dispatch');
  await until('the task is complete', () => house.status('T-1') === 'COMPLETE');
  run(house, 'task-monitor');
  return house;
}

test('`progress-report` prints the report, keeps it, and then has nothing to say', async () => {
  const house = await worked();
  const looked = run(house, 'progress-report', '--dry-run');
  expect(looked.stdout).toMatch(/^# Progress of ezra: 1 done\n/);
  expect(existsSync(house.paths.reports)).toBe(false);
  const made = run(house, 'progress-report');
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(house.paths.reports, 'latest.md'), 'utf8')).toBe(made.stdout);
  expect(run(house, 'progress-report')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(readdirSync(house.paths.reports)).toHaveLength(2);
  expect(run(house, 'progress-report', '--since', '1h').stdout).toContain('- **Done:** 1 (T-1)');
});

test('`progress-report` of a household names the same time for one house in full', () => {
  const house = testHouse('');
  testHouse('', { name: 'timmy', root: house.root });
  expect(run(house, 'progress-report', '--since', '3h').stdout).toContain('--since 3h`');
  expect(run(house, 'progress-report').stdout).toContain('--since 24h`');
  const comment = '20-Nov-2024(its;true)';
  expect(run(house, 'progress-report', '--since', comment).stdout).toContain(
    `--since '${comment}'`,
  );
});

test('`progress-report --quiet` keeps the report and says nothing', async () => {
  const house = await worked();
  expect(run(house, 'progress-report', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(existsSync(join(house.paths.reports, 'latest.md'))).toBe(true);
});

test('`progress-report --json` is one document, its times ISO 8601', async () => {
  const house = await worked();
  expect(json(house, 'progress-report')).toMatchObject({
    version: 1,
    dryRun: false,
    news: true,
    file: expect.stringContaining('/home/reports/'),
    wizard: 'ezra',
    since: expect.stringMatching(/Z$/),
    until: expect.stringMatching(/Z$/),
    done: [{ task: 'T-1', at: expect.stringMatching(/Z$/), text: 'one' }],
    failed: [],
    figures: { done: 1, success: 1 },
  });
  expect(json(house, 'progress-report')).toMatchObject({ news: false, file: null });
});

test('of several houses with none named `progress-report` shows a page, and keeps nothing', async () => {
  const house = await worked();
  testHouse('', { name: 'timmy', root: house.root });
  const { stdout, status } = run(house, 'progress-report');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^# The household: 1 done\n/);
  expect(stdout).toMatch(/\| ezra {2}\| 1 {4}\|/);
  expect(existsSync(house.paths.reports)).toBe(false);
  expect(json(house, 'progress-report')).toMatchObject({
    version: 1,
    wizards: [{ wizard: 'ezra', figures: { done: 1 } }, { wizard: 'timmy' }],
    targets: [
      { name: 'port conflicts', met: true },
      { name: 'shared memory', met: true },
    ],
  });
});

test('`progress-report --since` takes no future, and no nonsense', () => {
  const house = testHouse('');
  expect(run(house, 'progress-report', '--since', 'soon')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('a duration like 12h'),
  });
});

test('`heartbeat` is silent under cron, and tells a program', () => {
  const house = testHouse(task('T-1', 'echo one'));
  expect(run(house, 'heartbeat')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(JSON.parse(readFileSync(house.paths.heartbeat, 'utf8'))).toMatchObject({
    version: 1,
    agent: 'ezra',
    cycle: 1,
  });
  expect(json(house, 'heartbeat')).toMatchObject({
    version: 1,
    wizards: [{ wizard: 'ezra', cycle: 2 }],
  });
  expect(run(house, 'heartbeat', '--dry-run').stdout).toMatch(/^ezra: cycle 3, /);
});

test('`checkpoint` commits, is silent where nothing changed, and refuses without a repository', () => {
  const house = testHouse(task('T-1', 'echo one'));
  expect(run(house, 'checkpoint')).toMatchObject({
    status: 78,
    stdout: '',
    stderr: expect.stringContaining(`git init -b main '${house.paths.house}' makes one`),
  });
  execFileSync('git', ['init', '-q', '-b', 'main', house.paths.house]);
  expect(run(house, 'checkpoint', '--dry-run').stdout).toContain('ezra:   home/WORK-QUEUE.md\n');
  expect(run(house, 'checkpoint').stdout).toMatch(
    /^ezra: [0-9a-f]{10} checkpoint: .*queue changed/,
  );
  expect(run(house, 'checkpoint')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(run(house, 'checkpoint', '--dry-run').stdout).toMatch(/^ezra: nothing to commit$/m);
});

test('a secret fails the checkpoint by the file’s name, and is not shown', () => {
  const house = testHouse('');
  execFileSync('git', ['init', '-q', '-b', 'main', house.paths.house]);
  mkdirSync(join(house.paths.home, 'memories'));
  writeFileSync(house.paths.env, 'API_SERVER_KEY=q7w8e9r1t2y3u4i5\n');
  writeFileSync(join(house.paths.home, 'memories', 'MEMORY.md'), 'q7w8e9r1t2y3u4i5\n');
  const { status, stdout, stderr } = run(house, 'checkpoint');
  expect(status).toBe(1);
  expect(stderr).toBe(
    'robed: ezra: home/memories/MEMORY.md:1 holds API_SERVER_KEY of .env: it is not committed\n',
  );
  expect(stdout).not.toContain('q7w8');
});
