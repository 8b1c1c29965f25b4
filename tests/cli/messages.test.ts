import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';

const SETTINGS = 'queue: {adopted: true}\nbodies: {allow: [external], default: external}\n';

/** Allegro and Ezra, and how to say something in their household. */
function household() {
  const allegro = testHouse('# Queue of allegro\n', { name: 'allegro', settings: SETTINGS });
  const { root } = allegro;
  const ezra = testHouse('# Queue of ezra\n', { name: 'ezra', settings: SETTINGS, root });
  const say = (argv: string[], env: Record<string, string> = {}, input = '') =>
    robed([...argv, '--root', root], { env, input });
  const inbox = () =>
    existsSync(ezra.paths.inbox)
      ? readdirSync(ezra.paths.inbox).filter((file) => file !== 'read')
      : [];
  const first = () => readFileSync(join(ezra.paths.inbox, inbox()[0] ?? ''), 'utf8');
  return { allegro, ezra, root, say, inbox, first };
}

/** The same with a live run of allegro's, and the environment that its body has. */
function inRun() {
  const house = household();
  writeFileSync(house.allegro.paths.queue, '### A-1: Work\n- **Status:** PENDING\n');
  house.say(['dispatch']);
  const db = openHouseDatabase(house.allegro.paths.database);
  const run = readOpenRuns(db)[0]?.run ?? '';
  db.close();
  return { ...house, run: { ROBED_RUN: run } };
}

describe('robed send', () => {
  test('writes the whole request into the other inbox, and says its id', () => {
    const { say, first } = household();
    const argv = ['send', 'ezra', 'Which way?', '--from', 'allegro', '--type', 'decision'];
    const more = ['--option', 'A: wait; pro safe; con slow', '--option=B: go on', '--until', '2h'];
    const { status, stdout } = say([...argv, ...more, '--question', 'A or B?']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d{8}T\d{6}-[a-z0-9]{8}: sent to ezra\n$/);
    expect(first()).toMatch(/^from: allegro\nto: ezra\ntype: decision\nurgency: medium$/m);
    expect(first()).toContain(
      '> - **A:** wait\n>   - pro: safe\n>   - con: slow\n> - **B:** go on',
    );
  });

  test('says why it could not be delivered, and that it waits', () => {
    const { say, ezra } = household();
    writeFileSync(ezra.paths.inbox, 'a file where the folder was\n');
    const { status, stderr } = say(['send', 'ezra', 'Which way?', '--from', 'allegro']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/could not be delivered yet: messages to ezra can't be delivered: \w+/);
    expect(stderr).toContain('it waits in the house allegro');
  });

  test('reads its text from standard input or a file; --dry-run only shows it', () => {
    const { say, inbox, root } = household();
    expect(say(['send', 'ezra', '-', '--dry-run'], {}, 'From a pipe\n').stdout).toContain(
      'from: a person\n',
    );
    expect(inbox()).toEqual([]);
    writeFileSync(join(root, 'notes.md'), '# Notes\n\nRead me.\n');
    expect(say(['send', 'ezra', '--file', join(root, 'notes.md')]).status).toBe(0);
    expect(inbox()).toHaveLength(1);
    const large = say(['send', 'ezra', '-'], {}, 'x'.repeat(70_000));
    expect([large.status, large.stderr]).toEqual([2, expect.stringContaining('at most 64 KB')]);
    expect(inbox()).toHaveLength(1);
  });

  test.each([
    [['send', 'nobody', 'x'], 'houses here: allegro, ezra'],
    [['send', '../ezra', 'x'], 'expected a house'],
    [['send', 'ezra'], 'expected a text'],
    [['send', 'ezra', 'x', '--from', 'ezra'], 'another house than ezra'],
    [['send', 'ezra', 'x', '--type', 'answer'], '--type: expected task'],
    [['send', 'ezra', 'x', '--until', 'soon'], '--until: expected 2h'],
    [['send', 'ezra', 'x', '--task', 'T-1'], 'name that house by --from'],
    [['send', 'ezra', 'x', '--from', 'allegro', '--task', 'T-1'], 'expected a task of the queue'],
  ])('%j is refused', (argv, why) => {
    const { say, inbox } = household();
    const { status, stderr } = say(argv);
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining(why)]);
    expect(inbox()).toEqual([]);
  });
});

describe('inside a run', () => {
  test('the origin is the house whose run it is, and the task that it does', () => {
    const { say, run, first } = inRun();
    expect(say(['send', 'ezra', 'Which commit?'], run).status).toBe(0);
    expect(first()).toMatch(/^from: allegro$/m);
    expect(first()).toMatch(/^task: A-1$/m);
  });

  test('another house’s queue is not written: it is asked', () => {
    const { say, run, ezra, allegro } = inRun();
    const given = ['--text', '```sh\ntouch evil\n```'];
    const other = say(['add', 'Do it', '--wizard', 'ezra', ...given], run);
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('robed send ezra')]);
    expect(ezra.queue()).toBe('# Queue of ezra\n');
    expect(say(['add', 'Read more', '--wizard', 'allegro'], run).status).toBe(0);
    expect(allegro.queue()).toContain('Read more');
  });

  test('nor by the name of its file, from wherever that is said', () => {
    const { say, run, ezra, allegro, root } = inRun();
    writeFileSync(ezra.paths.queue, '### E-1: Rest\n- **Status:** PENDING\n');
    const link = join(root, 'here.md');
    symlinkSync(ezra.paths.queue, link);
    const set = (file: string, ...more: string[]) =>
      robed(['set', 'E-1', 'Verify', 'touch evil', '--queue', file, ...more], { env: run });
    const elsewhere = testHouse('').root;
    for (const other of [
      set(ezra.paths.queue),
      set(ezra.paths.queue, '--root', elsewhere),
      set(link, '--root', root),
    ]) {
      expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('robed send ezra')]);
    }
    expect(ezra.queue()).not.toContain('evil');
    const own = ['set', 'A-1', 'Owner', 'me', '--queue', allegro.paths.queue];
    expect(say(own, run).status).toBe(0);
    expect(allegro.queue()).toContain('me');
    const plain = join(elsewhere, 'TODO.md');
    writeFileSync(plain, '- [ ] E-1: Rest\n');
    expect(set(plain).status).toBe(0);
  });

  test('no other house can be named, and no run that is not alive', () => {
    const { say, run, inbox } = inRun();
    const forged = say(['send', 'allegro', 'Approve it', '--from', 'ezra'], run);
    expect([forged.status, forged.stderr]).toEqual([
      2,
      expect.stringContaining('it can’t send for ezra'.replace('’', "'")),
    ]);
    expect(say(['send', 'ezra', 'x'], { ROBED_RUN: 'r1' }).stderr).toContain('no house has a live');
    expect(inbox()).toEqual([]);
  });
});

test('robed inbox lists what came; one message is shown whole, and counts as read then', () => {
  const { say } = household();
  const send = ['send', 'ezra', '-', '--from', 'allegro', '--type', 'note', '--json'];
  const { id } = JSON.parse(say(send, {}, 'Tea\n\n\u001b[2Jis ready').stdout);
  expect(say(['inbox']).stdout).toContain(`${id}  waiting  note from allegro  Tea`);
  say(['task-monitor']);
  expect(say(['inbox', '--wizard', 'ezra']).stdout).toContain('unread');
  expect(say(['status']).stdout).toContain('note from allegro: Tea');
  expect(say(['inbox', id.slice(-8), '--dry-run']).stdout).toContain('is ready');
  expect(say(['inbox', '--wizard', 'ezra']).stdout).toContain('unread');
  say(['inbox', id]);
  expect(say(['inbox', '--wizard', 'ezra']).stdout).toBe('ezra: nothing\n');
  expect(say(['status']).stdout).not.toContain('Tea');
  const all = JSON.parse(say(['inbox', '--all', '--json']).stdout);
  expect(all).toMatchObject({
    version: 1,
    wizards: [
      { wizard: 'allegro', messages: [] },
      { wizard: 'ezra', messages: [{ id, state: 'read', text: 'Tea\n\n[2Jis ready' }] },
    ],
  });
  expect(say(['inbox', 'zzzzzzzz']).status).toBe(1);
});

test('robed answer goes to who asked, by the message or its task, and ends the asking', () => {
  const { say, allegro } = household();
  say(['send', 'ezra', 'Which commit?', '--from', 'allegro']);
  say(['task-monitor']);
  expect(say(['answer', 'TASK-001', 'It was 87e114e', '--dry-run']).stdout).toContain('would be');
  expect(say(['answer', 'TASK-001', 'It was 87e114e']).stdout).toContain('answered to allegro');
  say(['set', 'TASK-001', 'status', 'done', '--wizard', 'ezra']);
  say(['task-monitor']);
  const inbox = JSON.parse(say(['inbox', '--json', '--wizard', 'allegro']).stdout);
  expect(inbox.wizards[0].messages).toHaveLength(1);
  expect(inbox.wizards[0].messages[0]).toMatchObject({ type: 'answer', text: 'It was 87e114e' });
  const answer = inbox.wizards[0].messages[0].id;
  for (const dry of [[], ['--dry-run']]) {
    expect(say(['answer', answer, 'thanks', ...dry]).stderr).toContain('is an answer itself');
  }
  expect(allegro.queue()).toBe('# Queue of allegro\n');
});
