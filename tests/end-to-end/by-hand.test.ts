import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lib/core/package-root.ts';
import { reportPath, triggerPath } from '../../lib/houses/paths.ts';
import { outside } from '../support/bench.ts';
import { type TestHouse, task, testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';
import { until } from '../support/until.ts';

async function ok(house: TestHouse, ...argv: string[]): Promise<string> {
  const { status, stdout, stderr } = await launched(house.root, argv);
  expect(status, `robed ${argv.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
}

const json = async (house: TestHouse, ...argv: string[]) =>
  JSON.parse(await ok(house, ...argv, '--json'));

const logged = async (house: TestHouse) =>
  (await ok(house, 'log', '--json'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('typed `dispatch` and `task-monitor` take a task from PENDING to its proven report', async () => {
  const text = `\ufeff# Mine  \r\n\r\n${task('T-1', 'echo done >out.txt; cat out.txt', ['Produces: `out.txt`', 'Verify: `grep -q done out.txt`'])}\n<!-- mine -->`;
  const house = testHouse(text);
  await ok(house, 'dispatch');
  await until('the task is COMPLETE', () => house.status('T-1') === 'COMPLETE');
  await ok(house, 'task-monitor');
  expect(
    readFileSync(house.paths.queue).equals(Buffer.from(text.replace('PENDING', 'COMPLETE'))),
  ).toBe(true);
  expect(existsSync(triggerPath(house.paths, 'T-1'))).toBe(false);
  const report = readFileSync(reportPath(house.paths, 'T-1'), 'utf8');
  for (const words of ['status: COMPLETE', 'verify: passed', 'out.txt', 'COMPLETE: Task T-1'])
    expect(report).toContain(words);
  const events = await logged(house);
  expect(events.map((event) => event['type'])).toEqual([
    'task.created',
    'task.assigned',
    'task.started',
    'task.completed',
  ]);
  expect(Object.keys(events[3] ?? {}).sort()).toEqual([
    'attempt',
    'data',
    'id',
    'run',
    'task',
    'time',
    'type',
    'wizard',
  ]);
  expect(
    events.every(
      (event) => event['wizard'] === house.name && !Number.isNaN(Date.parse(String(event['time']))),
    ),
  ).toBe(true);
});

test('somebody outside needs nothing but the trigger', async () => {
  const house = testHouse(outside('T-1'));
  await ok(house, 'dispatch');
  const trigger = readFileSync(triggerPath(house.paths, 'T-1'), 'utf8');
  const [, run] = /^run: (\S+)$/m.exec(trigger) ?? [];
  const [, report] = /^report: (\S+)$/m.exec(trigger) ?? [];
  writeFileSync(
    `${report}.tmp`,
    `---\ntask: T-1\nrun: ${run}\nstatus: COMPLETE\n---\nCarried over.\n`,
  );
  renameSync(`${report}.tmp`, report as string);
  rmSync(triggerPath(house.paths, 'T-1'));
  await ok(house, 'task-monitor');
  expect(house.status('T-1')).toBe('COMPLETE');
  expect(readFileSync(report as string, 'utf8')).toContain('Carried over.');
});

test('list, status, explain and show tell of one house the same', async () => {
  const house = testHouse(
    `${task('T-1', 'exit 1', ['Attempts: 1'])}\n${task('T-2', 'echo 2', ['Depends on: T-1'])}`,
  );
  await ok(house, 'dispatch');
  await until('T-1 is FAILED', () => house.status('T-1') === 'FAILED');
  const list = await json(house, 'list');
  expect(list.version).toBe(1);
  expect(
    list.wizards[0].tasks.map((one: Record<string, unknown>) => [
      one['id'],
      one['status'],
      one['rawStatus'],
      one['line'],
    ]),
  ).toEqual([
    ['T-1', 'FAILED', 'FAILED', 1],
    ['T-2', 'PENDING', 'PENDING', 9],
  ]);
  const status = await json(house, 'status');
  expect(status.wizards[0]).toMatchObject({
    counts: { FAILED: 1, PENDING: 1 },
    running: [],
    next: null,
  });
  expect(status.wizards[0].needsYou).toMatchObject([{ code: 'failed', task: 'T-1' }]);
  expect(await ok(house, 'explain', 'T-2')).toContain('it depends on T-1, which is FAILED');
  expect(await ok(house, 'show', 'T-1')).toContain('FAILED: Task T-1 (attempt 1, ');
});

test('a dry run changes nothing, of each command that changes something', async () => {
  const house = testHouse(
    `${task('T-1', 'exit 1', ['Attempts: 1'])}\n${task('T-2', 'touch ran', ['Approval: required'])}`,
  );
  await ok(house, 'dispatch');
  await until('T-1 is FAILED', () => house.status('T-1') === 'FAILED');
  await ok(house, 'dispatch');
  const before = [house.queue(), await ok(house, 'log', '--json')];
  for (const argv of [
    ['dispatch'],
    ['task-monitor'],
    ['add', 'More'],
    ['set', 'T-1', 'status', 'PENDING'],
    ['retry', 'T-1'],
    ['cancel', 'T-1'],
    ['approve', 'T-2'],
    ['reject', 'T-2', '--reason', 'no'],
    ['settle'],
    ['restore', '1'],
  ]) {
    await ok(house, ...argv, '--dry-run');
    expect([house.queue(), await ok(house, 'log', '--json')], argv.join(' ')).toEqual(before);
  }
});

test('a person’s commands refuse inside a run, and a body that gives them gets nowhere', async () => {
  const robed = `${process.execPath} ${join(packageRoot(), 'scripts', 'robed.js')}`;
  const house = testHouse(
    `${task('T-1', `${robed} approve T-2 || ${robed} retry T-2 || echo both were refused`)}\n${task('T-2', 'touch ran', ['Approval: required', 'Priority: P0'])}`,
  );
  await ok(house, 'dispatch');
  await until('T-1 is done', () => house.status('T-1') === 'COMPLETE');
  expect(readFileSync(reportPath(house.paths, 'T-1'), 'utf8')).toContain('both were refused');
  for (const argv of [
    ['approve', 'T-2'],
    ['reject', 'T-2', '--reason', 'x'],
    ['retry', 'T-2'],
    ['cancel', 'T-2'],
    ['settle'],
    ['restore', '1'],
    ['adopt', '--yes'],
  ]) {
    const { status, stderr } = await launched(house.root, argv, { env: { ROBED_RUN: 'some-run' } });
    expect(status, argv.join(' ')).not.toBe(0);
    expect(stderr).toContain("a person's to say");
  }
  expect(house.status('T-2')).toBe('REVIEW');
  await ok(house, 'approve', 'T-2');
  await ok(house, 'dispatch');
  await until('T-2 has run', () => existsSync(join(house.paths.workspace, 'ran')));
});

test('settings that can’t be read end with 78 and the line', async () => {
  const house = testHouse(task('T-1', 'echo 1'), {
    settings: 'queue:\n  adopted: true\nconcurrency: lots\n',
  });
  const { status, stderr } = await launched(house.root, ['dispatch']);
  expect(status).toBe(78);
  expect(stderr).toMatch(/house\.yaml:3/);
});
