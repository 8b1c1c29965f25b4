import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TestHouse, testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { until } from '../support/until.ts';

const task = (id: string, title: string, more = '') =>
  `### ${id}: ${title}\n- **Status:** PENDING\n${more}\n`;

const RUNS = '\n```sh\ndate > made.txt\n```\n';

const run = ({ root }: TestHouse, ...argv: string[]) => robed([...argv, '--root', root]);

const json = (house: TestHouse, ...argv: string[]) => {
  const { stdout, stderr } = run(house, ...argv, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

const events = (house: TestHouse) =>
  run(house, 'log', '--json')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a task goes from `dispatch` to its report, and every command tells of it', async () => {
  const house = testHouse(task('TASK-001', 'Make a file', `- **Produces:** made.txt\n${RUNS}`));
  expect(run(house, 'dispatch', '--dry-run').stdout).toMatch(/claim TASK-001/);
  expect(house.status('TASK-001')).toBe('PENDING');

  const dispatched = json(house, 'dispatch');
  expect(dispatched).toMatchObject({
    version: 1,
    wizards: [{ wizard: 'ezra', claimed: [{ task: 'TASK-001', attempt: 1, body: 'shell' }] }],
  });
  await until('the task is complete', () => house.status('TASK-001') === 'COMPLETE');
  expect(run(house, 'task-monitor')).toEqual({ status: 0, stdout: '', stderr: '' });

  expect(json(house, 'status')).toEqual({
    version: 1,
    wizards: [
      {
        wizard: 'ezra',
        counts: { COMPLETE: 1 },
        running: [],
        next: null,
        state: null,
        needsYou: [],
      },
    ],
  });
  const [claimed] = dispatched.wizards[0].claimed;
  expect(json(house, 'show', 'TASK-001')).toMatchObject({
    wizard: 'ezra',
    key: 'TASK-001',
    status: 'COMPLETE',
    runs: [{ run: claimed.run, state: 'settled', outcome: 'completed' }],
    report: expect.stringContaining('COMPLETE: Make a file'),
  });
  expect(run(house, 'show', 'TASK-001').stdout).toContain('made.txt');
  expect(json(house, 'explain', 'TASK-001')).toMatchObject({
    task: 'TASK-001',
    status: 'COMPLETE',
  });
  const told = events(house);
  expect(told.map(({ type }) => type)).toEqual([
    'task.created',
    'task.assigned',
    'task.started',
    'task.completed',
  ]);
  expect(told.at(-1)).toEqual({
    id: expect.any(Number),
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    wizard: 'ezra',
    type: 'task.completed',
    task: 'TASK-001',
    run: claimed.run,
    attempt: 1,
    data: expect.any(Object),
  });
  expect(run(house, 'log', '--limit', '1').stdout).toMatch(/task\.completed .*TASK-001/);
});

test('`add` appends a task with the next free id, and the house knows it at once', () => {
  const house = testHouse(task('TASK-001', 'One'));
  expect(run(house, 'add', 'Two', '--dry-run').stdout).toContain('+### TASK-002: Two');
  expect(house.queue()).not.toContain('Two');
  expect(run(house, 'add', 'Two', '--priority', 'P0', '--depends-on', 'TASK-001')).toEqual({
    status: 0,
    stdout: 'TASK-002: added to the queue of ezra\n',
    stderr: '',
  });
  expect(house.queue()).toContain('- **Depends on:** TASK-001');
  expect(json(house, 'list').wizards[0].tasks[1]).toMatchObject({ id: 'TASK-002', priority: 0 });
  expect(events(house).map(({ task }) => task)).toContain('TASK-002');
  const again = run(house, 'add', 'Two again', '--id', 'TASK-002');
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('the next free one is TASK-003');
  expect(run(house, 'add', 'Two again', '--id', 'task-002').status).toBe(2);
});

test('`add` leaves out the id that nobody asked for where the form has no place for one', () => {
  const table = '| Task | Status |\n|---|---|\n| Ring | todo |\n';
  const house = testHouse(table);
  expect(run(house, 'add', 'Two', '--id', 'T-1').status).toBe(1);
  expect(run(house, 'add', 'Two', '--verify', 'true').stderr).toContain('"Verify"');
  expect(house.queue()).toBe(table);
  expect(run(house, 'add', 'Two').stdout).toBe('Two: added to the queue of ezra\n');
  expect(house.queue()).toBe(`${table}| Two | todo |\n`);
});

test.each([
  ['--every', 'never', 'a duration or a cron expression'],
  ['--body', 'nobody', 'one of shell, command'],
  ['--verify', '', 'something'],
])('`add %s %j` is refused while its writer is there', (option, value, form) => {
  const house = testHouse(task('TASK-001', 'One'));
  const before = house.queue();
  const { status, stderr } = run(house, 'add', 'Two', option, value);
  expect({ status, queue: house.queue() }).toEqual({ status: 2, queue: before });
  expect(stderr).toContain(`robed: ${option}: expected ${form}`);
});

test('`add --text -` takes what to do from standard input', () => {
  const house = testHouse(task('TASK-001', 'One'));
  const { status } = robed(['add', 'Two', '--text', '-', '--root', house.root], {
    input: 'Look at the logs.\n',
  });
  expect(status).toBe(0);
  expect(house.queue()).toContain('Look at the logs.');
});

test('`set`, `retry` and `cancel` are a person’s word, told by their effect', () => {
  const house = testHouse(task('TASK-001', 'One'));
  expect(run(house, 'set', 'TASK-001', 'status', 'parked').stdout).toContain('TASK-001: status');
  expect(house.status('TASK-001')).toBe('DEFERRED');
  expect(run(house, 'retry', 'TASK-001', '--dry-run').stdout).toBe(
    'TASK-001: would be DEFERRED → PENDING\n',
  );
  expect(house.status('TASK-001')).toBe('DEFERRED');
  expect(run(house, 'retry', 'TASK-001').stdout).toBe('TASK-001: DEFERRED → PENDING\n');
  expect(json(house, 'cancel', 'TASK-001')).toEqual({
    version: 1,
    dryRun: false,
    wizard: 'ezra',
    task: 'TASK-001',
    from: 'PENDING',
    to: 'CANCELLED',
    stopping: null,
  });
  expect(house.status('TASK-001')).toBe('CANCELLED');
});

test('`approve` and `reject` decide about what waits, and `status` says what does', async () => {
  const waits = `- **Approval:** required\n${RUNS}`;
  const house = testHouse(task('TASK-001', 'One', waits) + task('TASK-002', 'Two', waits));
  run(house, 'dispatch');
  expect(run(house, 'status').stdout).toMatch(/needs you {2}TASK-001: .*robed approve TASK-001/);
  expect(run(house, 'approve', 'TASK-001').stdout).toMatch(/^TASK-001: REVIEW → /);
  run(house, 'dispatch');
  await until('the approved task is complete', () => house.status('TASK-001') === 'COMPLETE');
  run(house, 'dispatch');
  const rejected = run(house, 'reject', 'TASK-002', '--reason', 'wrong file');
  expect(rejected.stdout).toMatch(/^TASK-002: REVIEW → /);
  expect(run(house, 'log', '--task', 'TASK-002').stdout).toContain('wrong file');
});

test('a command that does not fit the task says how it stands', () => {
  const house = testHouse(task('TASK-001', 'One'));
  run(house, 'task-monitor');
  const { status, stdout, stderr } = run(house, 'approve', 'TASK-001');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^robed: .*\n {2}`robed explain TASK-001`/);
});

test('`history` lists versions and `restore` brings one back', () => {
  const house = testHouse(task('TASK-001', 'One'));
  run(house, 'task-monitor');
  const before = house.queue();
  run(house, 'set', 'TASK-001', 'title', 'Another');
  const [{ versions }] = json(house, 'history').wizards;
  expect(versions.map(({ seq, by }: { seq: number; by: string }) => [seq, by])).toEqual([
    [2, 'person'],
    [1, 'person'],
  ]);
  expect(run(house, 'history').stdout).toMatch(/^ezra:\n\* +2 .*\n +1 /);
  expect(run(house, 'history', '--show', '1').stdout).toBe(before);
  expect(run(house, 'restore', '1', '--dry-run').stdout).toContain('+### TASK-001: One');
  expect(house.queue()).not.toBe(before);
  expect(run(house, 'restore', '1').status).toBe(0);
  expect(house.queue()).toBe(before);
  expect(run(house, 'restore', 'x').status).toBe(2);
});

test('a stale save is a finding until `settle`', async () => {
  const house = testHouse(task('TASK-001', 'One', RUNS) + task('TASK-002', 'Two'));
  const old = house.queue();
  run(house, 'set', 'TASK-002', 'status', 'deferred');
  run(house, 'dispatch');
  await until('the task is complete', () => house.status('TASK-001') === 'COMPLETE');
  run(house, 'task-monitor');
  writeFileSync(house.paths.queue, old);
  run(house, 'task-monitor');
  expect(house.status('TASK-001')).toBe('COMPLETE');
  const findings = () => json(house, 'list').wizards[0].findings;
  expect(findings()).not.toEqual([]);
  const dry = json(house, 'settle', '--dry-run');
  expect(findings()).not.toEqual([]);
  expect(json(house, 'settle').wizards).toEqual(dry.wizards);
  expect(findings()).toEqual([]);
});

test('`explain` of what waits for a person says once what it waits for', () => {
  const house = testHouse(task('T-1', 'One', `- **Approval:** required\n${RUNS}`));
  run(house, 'dispatch');
  expect(run(house, 'explain', 'T-1').stdout).toBe(
    'T-1: One\nREVIEW: `robed approve` lets it go on, `robed reject` refuses it\n' +
      '  - it waits for approval\n',
  );
  run(house, 'cancel', 'T-1');
  expect(run(house, 'explain', 'T-1').stdout).toBe(
    'T-1: One\nCANCELLED: it was cancelled: `robed retry` brings it back\n' +
      '  - cancelled by a person\n',
  );
});

test('`adopt` shows what it would do, and does it only on a yes', () => {
  const house = testHouse(task('TASK-001', 'One', RUNS), {
    settings: '# my house\nrole: scribe\n',
  });
  const looked = run(house, 'adopt', '--dry-run');
  expect(looked.status).toBe(0);
  expect(looked.stdout).toContain('date > made.txt');
  const asked = run(house, 'adopt');
  expect(asked.status).toBe(2);
  expect(asked.stderr).toContain('--yes');
  expect(readFileSync(house.paths.settings, 'utf8')).not.toContain('adopted');
  const adopted = run(house, 'adopt', '--yes').stdout;
  expect(adopted).toMatch(/\nezra: adopted; .*\n$/);
  expect(adopted).not.toContain('not adopted');
  expect(readFileSync(house.paths.settings, 'utf8')).toMatch(
    /^# my house\nrole: scribe\n.*adopted: true/s,
  );
});

test('several houses: each is worked, a task is found in its own, an ambiguous one asks', () => {
  const house = testHouse(task('A-1', 'One') + task('SAME-1', 'Mine'));
  testHouse(task('B-1', 'Two') + task('SAME-1', 'Yours'), { name: 'allegro', root: house.root });
  expect(json(house, 'list').wizards.map(({ wizard }: { wizard: string }) => wizard)).toEqual([
    'allegro',
    'ezra',
  ]);
  expect(json(house, 'show', 'B-1').wizard).toBe('allegro');
  const ambiguous = run(house, 'show', 'SAME-1');
  expect(ambiguous.status).toBe(2);
  expect(ambiguous.stderr).toContain('--wizard allegro or --wizard ezra');
  expect(run(house, 'show', 'B-2').stderr).toContain('did you mean B-1?');
  expect(run(house, 'add', 'Three').stderr).toContain('expected one house, found several');
});

test('a house that can’t be read costs the others nothing', () => {
  const house = testHouse(task('A-1', 'One'));
  testHouse(task('B-1', 'Two'), { name: 'broken', root: house.root, settings: 'adoptd: true\n' });
  const { status, stdout, stderr } = run(house, 'status');
  expect(status).toBe(78);
  expect(stdout).toContain('ezra: 1 pending');
  expect(stderr).toMatch(/adoptd[\s\S]*broken\/house\.yaml:1/);
});

test('a queue that is gone or damaged makes a tick fail, and says where to look', () => {
  const house = testHouse(`${task('A-1', 'One')}\0\0\0`);
  const { status, stderr } = run(house, 'dispatch');
  expect(status).toBe(1);
  expect(stderr).toContain('robed list --wizard ezra');
});

test('a decision refuses to be made inside a run', () => {
  const house = testHouse(task('TASK-001', 'One'));
  run(house, 'task-monitor');
  const before = house.queue();
  const byFile = ['--queue', house.paths.queue];
  for (const said of [
    ['retry'],
    ['set', 'Status', 'done'],
    ['set', 'State', 'done'],
    ['set', 'Status', 'done', ...byFile],
    ['set', 'State', 'done', ...byFile],
  ]) {
    const [command = '', ...rest] = said;
    const { status, stderr } = robed([command, 'TASK-001', ...rest, '--root', house.root], {
      env: { ROBED_RUN: 'r-1' },
    });
    expect(status).toBe(1);
    expect(stderr, said.join(' ')).toContain("a person's to say, and this is inside the run r-1");
  }
  expect(house.queue()).toBe(before);
});

test('`list` makes nothing: not a folder, not a database', () => {
  const house = testHouse(task('TASK-001', 'One'));
  run(house, 'list');
  expect(existsSync(join(house.paths.home, 'house.db'))).toBe(false);
});

test('the household is the flag’s, else ROBED_ROOT’s, else the one that one stands in', () => {
  const [flag, variable, here] = ['F-1', 'V-1', 'H-1'].map((id) => testHouse(task(id, 'x')));
  const idsWith = (argv: string[], env: Record<string, string>) =>
    JSON.parse(robed(['list', '--json', ...argv], { cwd: here?.paths.home ?? '', env }).stdout)
      .wizards[0].tasks[0].id;
  const env = { ROBED_ROOT: variable?.root ?? '' };
  expect(idsWith(['--root', flag?.root ?? ''], env)).toBe('F-1');
  expect(idsWith([], env)).toBe('V-1');
  expect(idsWith([], {})).toBe('H-1');
});

test('a task that none of several houses knows is refused in the name of all', () => {
  const house = testHouse('');
  testHouse('', { name: 'timmy', root: house.root });
  expect(run(house, 'show', 'T-9')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('expected a task of ezra, timmy, found no "T-9"'),
  });
});

test('a queue without tasks is listed as such', () => {
  expect(run(testHouse(''), 'list').stdout).toMatch(/WORK-QUEUE\.md\nno tasks\n/);
});

test('a dry run counts what a save changed', () => {
  const said = (queue: string) => run(testHouse(queue), 'dispatch', '--dry-run').stdout;
  expect(said(task('T-1', 'true'))).toContain('read a save: 1 entry changed\n');
  expect(said(task('T-1', 'true') + task('T-2', 'true'))).toContain('2 entries changed\n');
});
