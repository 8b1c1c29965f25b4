import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beat } from '../../lib/operations/heartbeat/beat.ts';
import type { HouseView } from '../../lib/operations/house-view.ts';
import { closeHouse, openHouse } from '../../lib/operations/open-house.ts';
import { makeReport } from '../../lib/operations/progress-report/make-report.ts';
import { whatWaits } from '../../lib/operations/progress-report/waiting.ts';
import { recordFindings } from '../../lib/operations/self-monitor/findings.ts';
import { recordEvent } from '../../lib/records/event-store.ts';
import { openHouseholdDatabase } from '../../lib/records/household-db.ts';
import { recordProbe } from '../../lib/records/probe-store.ts';
import { type Bench, bench, outside, reportOf } from '../support/bench.ts';
import { task, testHouse } from '../support/household.ts';

const HOUR = 3_600_000;
const LOOK = { dryRun: true, since: null };
const MAKE = { dryRun: false, since: null };

const reports = (folder: string) => (existsSync(folder) ? readdirSync(folder).sort() : []);

/** What is told of the time up to now. */
async function look(house: Bench) {
  house.advance(1);
  return makeReport(house.context, LOOK);
}

async function make(house: Bench) {
  house.advance(1000);
  return makeReport(house.context, MAKE);
}

test('the first five lines say how it went', async () => {
  const house = await bench(
    [
      task('T-1', 'echo made; echo x > out.txt', ['Produces: out.txt']),
      task('T-2', 'echo so far; exit 3', ['Attempts: 1']),
      task('T-3', 'echo three', ['Depends on: T-2']),
      task('T-4', 'echo four', ['Approval: required']),
      outside('T-5'),
    ].join('\n'),
  );
  await house.work();
  const { markdown } = await look(house);
  const [heading, , window, , ...head] = markdown.split('\n');
  expect(heading).toBe('# Progress of ezra: 1 done, 1 failed, 2 wait for you');
  expect(window).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d to .* \(1d\)$/);
  expect(head.slice(0, 5)).toEqual([
    '- **Done:** 1 (T-1)',
    '- **Failed:** 1 (T-2)',
    expect.stringMatching(/^- \*\*Running:\*\* 1 \(T-5 for \d+m?s\)$/),
    '- **Waits for you:** 2 (T-2, T-4), **blocked:** 1 (T-3)',
    expect.stringMatching(/^- \*\*Telemetry:\*\* 2 runs, 50 % succeeded, median \d+m?s$/),
  ]);
});

test('each task is told in the founding documents’ form', async () => {
  const house = await bench(
    task('T-1', 'echo made; echo x > out.txt', ['Produces: out.txt']) +
      task('T-2', 'for i in 1 2 3; do echo line $i; done; exit 3', ['Attempts: 1']),
  );
  await house.work();
  const { progress, markdown } = await look(house);
  expect(progress.done).toMatchObject([
    { task: 'T-1', body: 'shell', text: 'made', artifacts: [{ path: 'out.txt', bytes: 2 }] },
  ]);
  expect(progress.failed).toMatchObject([
    { task: 'T-2', final: true, text: 'line 1\nline 2\nline 3', reason: expect.any(String) },
  ]);
  expect(markdown).toMatch(
    /### T-1: Task T-1\n\n- \*\*Status:\*\* complete, by shell, .*\n- \*\*Duration:\*\* .*\n- \*\*Results:\*\*\n {2}```text\n {2}made\n {2}```\n- \*\*Artifacts:\*\* `out.txt` \(2 bytes\)/,
  );
  for (const heading of ['Failures', 'Results', 'Telemetry', 'Targets', 'Next steps']) {
    expect(markdown).toContain(`\n## ${heading}\n`);
  }
});

test('a failure that was made good is no failure, but a retry', async () => {
  const house = await bench(task('T-1', 'test -e ok && echo done || { touch ok; exit 1; }'));
  await house.dispatch();
  await house.rest();
  expect((await look(house)).progress).toMatchObject({
    failed: [{ task: 'T-1', final: false }],
    figures: { done: 0, failed: 0 },
  });
  expect((await look(house)).markdown).toContain('- **Failed:** 0, to be tried again: 1 (T-1)');
  house.advance(1000);
  await house.work();
  expect((await look(house)).progress).toMatchObject({
    failed: [],
    done: [{ task: 'T-1', attempt: 2 }],
    figures: { done: 1, failed: 0, runs: 2, success: 0.5, retries: 1 },
  });
});

test('what waits for a person stands with the command to type', async () => {
  const house = await bench(
    `${task('T-1', 'echo one', ['Approval: after'])}${task("T'2 $(x)", 'exit 1', ['Attempts: 1'])}`,
  );
  await house.work();
  const { progress } = await look(house);
  expect(progress.waiting.find(({ code }) => code === 'review')).toMatchObject({
    task: 'T-1',
    message: 'its result waits for approval',
    commands: ['robed approve T-1', "robed reject T-1 --reason '…'"],
    text: 'one',
  });
  for (const { commands } of progress.waiting) {
    for (const line of commands)
      expect(line.replace(/'(?:[^']|'\\'')*'/g, '')).not.toMatch(/[$`()]/);
  }
});

test('each thing that waits has its own way out', async () => {
  const house = await bench('');
  const need = (code: string, task: string | null, message = '') => ({ code, task, message });
  const view = {
    needsYou: [
      need('suspect', 'T-1', 'nobody reported on it; `robed cancel T-1` ends it'),
      need('message', null, 'approval from timmy: may I?; `robed inbox k3v9q2xa` shows it'),
      need('gateway', null, 'it could not be brought up'),
      need('queue-unreadable', null, 'it is damaged'),
      need('stale-save', 'T-2', 'saved over'),
      need('blocked', 'T-3'),
      need('queue-unsettled', null),
    ],
  } as unknown as HouseView;
  expect(
    whatWaits(house.context, view).map(({ message, commands }) => [message, ...commands]),
  ).toEqual([
    ['nobody reported on it', 'robed cancel T-1'],
    ['approval from timmy: may I?', 'robed inbox'],
    ['it could not be brought up', 'robed gateway start'],
    ['it is damaged', 'robed list'],
    ['saved over', 'robed settle T-2'],
  ]);
});

test('where there are several houses the command names the one that is meant', async () => {
  const house = await bench(task('T-1', 'echo one', ['Approval: required']));
  testHouse('', { name: 'timmy', root: house.root });
  await house.work();
  expect((await look(house)).progress.waiting[0]?.commands[0]).toBe(
    'robed approve T-1 --wizard ezra',
  );
});

test('a report is about what happened since the last one, and nothing since makes none', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  const first = await make(house);
  expect(first.file).toBe(join(house.paths.reports, reports(house.paths.reports)[0] ?? ''));
  expect(reports(house.paths.reports)).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.md$/),
    'latest.md',
  ]);
  expect(readFileSync(join(house.paths.reports, 'latest.md'), 'utf8')).toBe(first.markdown);
  const told = house.told('report.made').length;
  house.advance(HOUR);
  expect(await make(house)).toMatchObject({ news: false, file: null });
  expect(reports(house.paths.reports)).toHaveLength(2);
  expect(house.told('report.made')).toHaveLength(told);
  house.save(house.queue() + task('T-2', 'echo two'));
  await house.work();
  house.advance(1000);
  const second = await make(house);
  expect(second.progress.done.map((one) => one.task)).toEqual(['T-2']);
  expect(second.progress.since).toBe(first.progress.until);
  expect(second.progress.day?.done).toBe(2);
  expect(reports(house.paths.reports)).toHaveLength(3);
});

test('to look further back leaves the next report as it is', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  await make(house);
  house.advance(HOUR);
  const since = house.context.clock.now() - 12 * HOUR;
  const looked = await makeReport(house.context, { dryRun: false, since });
  expect(looked).toMatchObject({ file: null, progress: { done: [{ task: 'T-1' }] } });
  expect(reports(house.paths.reports)).toHaveLength(2);
});

test('a clock that was set back is no reason to report on nothing for ever', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  await make(house);
  house.advance(-HOUR);
  house.save(house.queue() + task('T-2', 'echo two'));
  await house.work();
  expect((await look(house)).progress.done.map((one) => one.task)).toContain('T-2');
});

test('reports are kept for thirty days', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  await make(house);
  const [first] = reports(house.paths.reports);
  writeFileSync(join(house.paths.reports, 'notes.md'), 'mine');
  house.advance(31 * 24 * HOUR);
  house.save(house.queue() + task('T-2', 'echo two'));
  await house.work();
  await make(house);
  const left = reports(house.paths.reports);
  expect(left).not.toContain(first);
  expect(left).toContain('notes.md');
  expect(left).toHaveLength(3);
});

test('text of an agent can’t break the page or the terminal', async () => {
  const house = await bench(outside('T-1'));
  await house.dispatch();
  house.leaveReport(
    'T-1',
    reportOf(
      house.run('T-1'),
      'COMPLETE',
      '# Not a heading\n```\n````\n<script>x</script>\n\u001b[2J\u202egone',
    ),
  );
  await house.monitor();
  const { markdown } = await look(house);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(markdown).toContain('`````text\n  # Not a heading\n  ```\n  ````\n  <script>');
});

test('what runs by hand, and what only its time holds back, is told', async () => {
  const house = await bench(
    `${task('T-1', 'echo one')}${task('T-2', 'echo two', ['Not before: 2099-01-01'])}`,
  );
  house.edit('PENDING', 'IN_PROGRESS');
  await house.monitor();
  const { progress, markdown } = await look(house);
  expect(progress.running).toMatchObject([{ task: 'T-1', body: 'a person', since: null }]);
  expect(progress.later?.task).toBe('T-2');
  expect(markdown).toContain('- **T-1** Task T-1: by hand');
  expect(markdown).toContain(': T-2 Task T-2');
});

test('a flood of anything is cut, and says so', async () => {
  const queue = Array.from({ length: 60 }, (_, n) => `### T-${n}: x\n- **Status:** BLOCKED\n`);
  const house = await bench(queue.join('\n'));
  await house.monitor();
  const { markdown } = await makeReport(house.context, { dryRun: true, since: null });
  expect(markdown.match(/^- \*\*T-/gm)).toHaveLength(40);
  expect(markdown).toContain('- And 20 more: `robed status` and `robed log` have them.');
});

test('a queue that is held back says by what', async () => {
  const house = await bench(task('T-1', 'echo one'), { settings: 'paused: true\n' });
  await house.monitor();
  expect((await look(house)).progress.held).toBe('the queue is not adopted');
});

test('the targets say insufficient data, and not 0, where there is none', async () => {
  const house = await bench('');
  const { progress, markdown } = await look(house);
  const values = Object.fromEntries(progress.targets.map(({ name, value }) => [name, value]));
  expect(values).toEqual({
    'port conflicts': 0,
    'shared memory': 0,
    uptime: null,
    completion: null,
    interventions: null,
  });
  expect(markdown.match(/insufficient data/g)).toHaveLength(6);
  expect(progress.figures).toMatchObject({ success: null, median: null, tokens: null, cost: null });
});

test('the targets are measured: uptime, completion, interventions, ports, memory', async () => {
  const house = await bench(task('T-1', 'echo one') + task('T-2', 'exit 1', ['Attempts: 1']), {
    settings: 'queue: {adopted: true}\nbodies: {allow: [shell]}\ngateway: {port: 8742}\n',
  });
  const timmy = testHouse('', {
    name: 'timmy',
    root: house.root,
    settings: 'gateway: {port: 8742}\n',
  });
  mkdirSync(join(house.paths.home, 'memories'));
  symlinkSync(join(house.paths.home, 'memories'), join(timmy.paths.home, 'memories'));
  const db = openHouseholdDatabase(house.root);
  for (const up of [true, true, true, false]) {
    recordProbe(db, house.context.clock.now(), 'wizard:ezra', up);
  }
  db.close();
  await house.work();
  house.edit('FAILED', 'PENDING');
  await house.work();
  const { progress } = await look(house);
  const targets = Object.fromEntries(progress.targets.map((one) => [one.name, one]));
  expect(targets).toMatchObject({
    'port conflicts': { value: 1, met: false, note: 'ezra and timmy hold 8742' },
    'shared memory': { value: 1, met: false },
    uptime: { value: 0.75, met: false, note: 'seen 100 % of the time, 4 looks' },
    completion: { value: 0.5, met: false, note: '1 of 2 tasks' },
    interventions: { value: 1, met: false },
  });
});

test('uptime of a machine that was off for a while is not met, nor missed: nobody saw', async () => {
  const house = await bench('');
  const now = house.context.clock.now();
  const db = openHouseholdDatabase(house.root);
  const sample = (hoursAgo: number, up = true) =>
    recordProbe(db, now - hoursAgo * HOUR, 'wizard:ezra', up);
  for (let ago = 100; ago > 0; ago -= 0.25) if (ago > 90 || ago < 61) sample(ago);
  const uptimeOf = async () =>
    (await look(house)).progress.targets.find(({ name }) => name === 'uptime');
  const seen = { value: 1, note: expect.stringMatching(/^seen 71 % of the time, \d+ looks$/) };
  expect(await uptimeOf()).toMatchObject({ ...seen, met: null });
  for (let ago = 60; ago > 0; ago -= 0.25) sample(ago, false);
  expect(await uptimeOf()).toMatchObject({ met: false });
  db.close();
});

test('a damaged household.db is told in the report, and costs none', async () => {
  const house = await bench(task('T-1', 'echo one'));
  await house.work();
  writeFileSync(join(house.root, 'household.db'), 'Dear diary,\n'.repeat(500));
  const { progress, markdown } = await look(house);
  expect(progress.done).toHaveLength(1);
  expect(progress.troubles).toMatchObject([
    { type: 'system.error', message: expect.stringContaining('household.db') },
  ]);
  expect(markdown).toContain('expected an SQLite database');
});

test('an intervention is what a person decides, not what a person orders', async () => {
  const house = await bench(task('T-1', 'echo one') + task('T-2', 'echo two'));
  await house.work();
  house.save(house.queue() + task('T-3', 'echo three'));
  await house.work();
  const rate = async () =>
    (await look(house)).progress.targets.find(({ name }) => name === 'interventions')?.value;
  expect(await rate()).toBe(0);
  house.save(house.queue().replace(/(### T-3.*?)COMPLETE/s, '$1DEFERRED'));
  await house.work();
  expect(await rate()).toBe(1);
});

/** Another house of the same household, by the same clock. */
const openAs = (house: Bench, name: string) => openHouse(house.root, name, house.context);

test('what else went wrong is told once, with how often', async () => {
  const house = await bench(task('T-1', 'echo one'));
  const now = house.context.clock.now();
  const message = 'the disk is *nearly* full';
  for (const _ of [1, 2]) {
    recordEvent(house.context.db, now, { type: 'system.warning', data: { message } });
  }
  const db = openHouseholdDatabase(house.root);
  recordEvent(db, now, { type: 'service.down', data: { service: 'ollama', detail: 'refused' } });
  recordEvent(db, now, { type: 'service.up', data: { service: 'ollama' } });
  db.close();
  const { progress, markdown } = await look(house);
  expect(progress.troubles).toMatchObject([
    { subject: 'ollama', message: 'refused', times: 1 },
    { subject: '', message, times: 2 },
  ]);
  expect(markdown).toMatch(
    /- \*\*ollama\*\*: refused \(.*\)\n- the disk is \\\*nearly\\\* full \(2 times, last/,
  );
});

test('what a finding is about is said once', async () => {
  const house = await bench('');
  const message = 'ezra dispatch: its line is not as house.yaml says';
  const db = openHouseholdDatabase(house.root);
  recordFindings(db, 'self-monitor', house.context.clock.now(), [
    { code: 'crontab', subject: 'ezra:dispatch', message },
  ]);
  db.close();
  const { markdown } = await look(house);
  expect(markdown).toMatch(/\n- ezra dispatch: its line is not as house\.yaml says \(/);
});

const CHILD = 'queue: {adopted: true}\nbodies: {allow: [shell]}\n';

test('a child’s report reaches its father’s house, and its figures the father’s report', async () => {
  const child = await bench(task('C-1', 'echo learnt'), { settings: `${CHILD}father: timmy\n` });
  const father = testHouse('', { name: 'timmy', root: child.root });
  await child.work();
  beat(child.context, { dryRun: false });
  const { markdown } = await make(child);
  const delivered = join(father.paths.reports, 'ezra');
  expect(reports(delivered)).toHaveLength(2);
  expect(readFileSync(join(delivered, 'latest.md'), 'utf8')).toBe(markdown);
  const opened = await openAs(child, 'timmy');
  const own = await makeReport(opened, MAKE);
  closeHouse(opened);
  expect(own).toMatchObject({
    news: true,
    progress: { children: [{ wizard: 'ezra', figures: { done: 1 }, dead: false }] },
  });
  expect(own.markdown).toMatch(/- \*\*ezra\*\*: 1 done, 0 running; 1 run, .*heartbeat \d+m?s old/);
});

test('the household names the father of all, and nobody is his own', async () => {
  const child = await bench(task('C-1', 'echo learnt'), { settings: CHILD });
  writeFileSync(join(child.root, 'robed.yaml'), 'father: ezra\n');
  await child.work();
  await make(child);
  expect(existsSync(join(child.paths.reports, 'ezra'))).toBe(false);
  expect(child.told('system.warning')).toEqual([]);
});

test('a father who is not there is told of once, and again after he was', async () => {
  const child = await bench(task('C-1', 'echo one'), { settings: `${CHILD}father: timmy\n` });
  const again = async (id: string) => {
    child.save(child.queue() + task(id, 'echo more'));
    await child.work();
    await make(child);
    return child.told('system.warning').map(({ data }) => data['message']);
  };
  await child.work();
  await make(child);
  const trouble = 'no report reaches timmy, the father: there is no house of that name';
  expect(await again('C-2')).toEqual([trouble]);
  const father = testHouse('', { name: 'timmy', root: child.root });
  expect(await again('C-3')).toEqual([trouble]);
  expect(reports(join(father.paths.reports, 'ezra'))).toHaveLength(2);
  rmSync(father.paths.settings);
  expect(await again('C-4')).toEqual([trouble, trouble]);
});

test('a link in a father’s house leads no report out of it', async () => {
  const child = await bench(task('C-1', 'echo one'), { settings: `${CHILD}father: timmy\n` });
  const father = testHouse('', { name: 'timmy', root: child.root });
  const outside = join(child.root, 'outside');
  mkdirSync(outside);
  mkdirSync(father.paths.reports);
  symlinkSync(outside, join(father.paths.reports, 'ezra'));
  await child.work();
  expect((await make(child)).file).not.toBeNull();
  expect(readdirSync(outside)).toEqual([]);
  expect(child.told('system.warning').map(({ data }) => data['message'])).toEqual([
    expect.stringContaining('leads out'),
  ]);
});

test('a child that can’t be read is named in the father’s report', async () => {
  const father = await bench('', { settings: CHILD });
  writeFileSync(join(father.root, 'robed.yaml'), 'father: ezra\n');
  testHouse('', { name: 'timmy', root: father.root, settings: 'adoptd: true\n' });
  const { markdown } = await look(father);
  expect(markdown).toMatch(/\*\*timmy\*\*: can't be read: .*adoptd/);
});
