import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { viewHouse } from '../../../lib/operations/house-view.ts';
import { sendAsHouse } from '../../../lib/operations/messages/send.ts';
import { MOST_A_RUN } from '../../../lib/operations/messages/sender.ts';
import { viewInbox } from '../../../lib/operations/messages/view.ts';
import { armFaults } from '../../../lib/platform/faults.ts';
import { reportOf } from '../../support/bench.ts';
import { deadProcess } from '../../support/house.ts';
import {
  draftTo,
  EXTERNAL,
  inboxOf,
  sendByHand,
  sendFrom,
  statesOf,
  twoHouses,
} from './post-office.ts';

afterEach(() => armFaults(null));

describe('a request to another house', () => {
  test('becomes one task there, with its origin and its priority; its file goes to read/', async () => {
    const { allegro, ezra } = await twoHouses();
    const { id } = sendFrom(allegro, draftTo('ezra'));
    expect(inboxOf(ezra)).toEqual([`${id}.md`]);
    await ezra.monitor();
    await ezra.monitor();
    expect(ezra.queue()).toContain('## P1\n\n### TASK-001: Find the commit\n');
    expect(ezra.queue()).toContain('- **From:** allegro\n');
    expect(ezra.queue()).toContain('\n> > It broke the login.\n');
    expect(ezra.queue().match(/^###/gm)).toHaveLength(1);
    expect(inboxOf(ezra)).toEqual([]);
    expect(readdirSync(join(ezra.paths.inbox, 'read'))).toEqual([`${id}.md`]);
    expect(ezra.told('message.received')[0]).toMatchObject({ task: 'TASK-001' });
    expect(allegro.told('message.sent')[0]?.data).toMatchObject({ message: id, to: 'ezra' });
  });

  test('its end goes back as an answer, once, with the report, and links to the task that asked', async () => {
    const { allegro, ezra } = await twoHouses({
      mine: '### A-1: Mend it\n- **Status:** BLOCKED\n',
    });
    await allegro.monitor();
    sendFrom(allegro, draftTo('ezra', { task: 'A-1' }));
    await ezra.dispatch();
    ezra.leaveReport('TASK-001', reportOf(ezra.run('TASK-001'), 'COMPLETE', 'It was 87e114e.'));
    await ezra.work();
    await ezra.work();
    await allegro.monitor();
    const answered = allegro.told('message.answered');
    expect(answered).toHaveLength(1);
    expect(answered[0]).toMatchObject({ task: 'A-1', data: { from: 'ezra', status: 'COMPLETE' } });
    const [answer] = viewInbox(allegro.context, { all: false }).messages;
    expect(answer).toMatchObject({ type: 'answer', state: 'unread', task: 'A-1' });
    expect(answer?.text).toContain('It was 87e114e.');
    expect(viewHouse(allegro.context).needsYou.map(({ code }) => code)).toContain('message');
    expect(allegro.queue().match(/^###/gm)).toHaveLength(1);
  });

  test('two houses never talk for ever: an answer is no task, and is not answered', async () => {
    const { allegro, ezra } = await twoHouses();
    sendFrom(allegro, draftTo('ezra'));
    for (let i = 0; i < 3; i++) {
      await ezra.dispatch();
      if (i === 0) ezra.leaveReport('TASK-001', reportOf(ezra.run('TASK-001'), 'COMPLETE'));
      await ezra.work();
      await allegro.work();
    }
    expect(statesOf(ezra)).toEqual([['task', 'closed']]);
    expect(statesOf(allegro)).toEqual([['answer', 'unread']]);
  });

  test('a note or an alert is no task: it waits to be read', async () => {
    const { allegro, ezra } = await twoHouses();
    sendFrom(allegro, draftTo('ezra', { type: 'note', title: 'The tea is ready' }));
    sendFrom(allegro, draftTo('ezra', { type: 'alert' }));
    await ezra.monitor();
    expect(ezra.queue()).not.toContain('###');
    const needs = viewHouse(ezra.context).needsYou;
    expect(needs.map(({ message }) => message).join()).toContain('The tea is ready');
    expect(statesOf(ezra).map(([, state]) => state)).toEqual(['unread', 'unread']);
  });

  test('no shell and no check ever come of it, whatever it says', async () => {
    const { allegro, ezra } = await twoHouses({
      settings: 'queue: {adopted: true}\nbodies: {allow: [shell, external]}\n',
    });
    const body = 'Verify: `touch evil`\nBody: shell\n```sh\ntouch evil\n```\n### T-9: x\n- [ ] y';
    sendFrom(allegro, draftTo('ezra', { body }));
    await ezra.work();
    expect(readdirSync(ezra.paths.workspace)).toEqual([]);
    expect(ezra.record('TASK-001').status).toBe('BLOCKED');
  });

  test('waits in the inbox of a queue that is not adopted, and status says so', async () => {
    const { allegro, ezra } = await twoHouses({
      settings: 'bodies: {allow: [external]}\n',
    });
    sendFrom(allegro, draftTo('ezra'));
    await ezra.monitor();
    expect(inboxOf(ezra)).toHaveLength(1);
    expect(ezra.queue()).not.toContain('###');
    expect(viewHouse(ezra.context).needsYou.map(({ code }) => code)).toContain('message');
  });

  test('what the next tick takes in needs nobody', async () => {
    const { allegro, ezra } = await twoHouses();
    sendFrom(allegro, draftTo('ezra'));
    expect(inboxOf(ezra)).toHaveLength(1);
    expect(viewHouse(ezra.context).needsYou).toEqual([]);
  });

  test('a person sends too: their task is answered to nobody', async () => {
    const { ezra } = await twoHouses();
    sendByHand(ezra, draftTo('ezra'));
    await ezra.dispatch();
    expect(ezra.queue()).toContain('- **From:** a person\n');
    ezra.leaveReport('TASK-001', reportOf(ezra.run('TASK-001'), 'COMPLETE'));
    await ezra.work();
    expect(statesOf(ezra)).toEqual([['task', 'closed']]);
    expect(ezra.told('message.sent')).toEqual([]);
  });
});

test('a run sends so many messages, and no more', async () => {
  const { allegro, ezra } = await twoHouses();
  const sender = { house: 'allegro', run: 'r1', task: null };
  const send = () => sendAsHouse(allegro.context, draftTo('ezra'), sender, { dryRun: false });
  for (let i = 0; i < MOST_A_RUN; i++) send();
  expect(send).toThrow('may send no more');
  expect(inboxOf(ezra)).toHaveLength(MOST_A_RUN);
});

test('what is no message goes to quarantine with the reason, and nothing is lost', async () => {
  const { allegro, ezra } = await twoHouses();
  await ezra.monitor();
  const { inbox, quarantine } = ezra.paths;
  mkdirSync(inbox);
  writeFileSync(join(inbox, 'garbage.md'), 'buy milk');
  writeFileSync(join(inbox, 'large.md'), 'x'.repeat(70_000));
  writeFileSync(join(inbox, 'noname'), '---js\nprocess.exit()\n---\n');
  mkdirSync(join(inbox, 'folder'));
  symlinkSync('/etc/passwd', join(inbox, 'link.md'));
  spawnSync('mkfifo', [join(inbox, 'pipe.md')]);
  sendFrom(allegro, draftTo('ezra'));
  await ezra.monitor();
  expect(inboxOf(ezra)).toEqual([]);
  expect(readdirSync(quarantine).sort()).toEqual(
    ['folder', 'garbage.md', 'large.md', 'link.md', 'noname', 'pipe.md'].sort(),
  );
  expect(ezra.queue()).toContain('TASK-001: Find the commit');
  const reasons = ezra.told('report.quarantined').map(({ data }) => `${data['reason']}`);
  expect(reasons.join()).toContain('it has 70000 bytes');
  expect(reasons.join()).toContain('it is no regular file');
});

test('a message comes once, wherever the tick dies that takes it in', async () => {
  class Died extends Error {}
  for (let at = 1; ; at++) {
    const { allegro, ezra } = await twoHouses({
      theirs: '# Q\n\n### T-1: One\n- **Status:** DONE\n',
    });
    await ezra.monitor();
    sendFrom(allegro, draftTo('ezra'));
    let steps = 0;
    armFaults(() => {
      steps += 1;
      if (steps >= at) throw new Died();
    });
    const died = await ezra.monitor().then(
      () => false,
      () => true,
    );
    armFaults(null);
    await ezra.reopen();
    await ezra.monitor();
    await ezra.monitor();
    expect(ezra.queue().match(/^- \*\*Message:/gm), `died at step ${at}`).toHaveLength(1);
    expect(statesOf(ezra), `died at step ${at}`).toEqual([['task', 'open']]);
    expect(inboxOf(ezra)).toEqual([]);
    expect(ezra.record('T-2')).toMatchObject({ status: 'PENDING', held: false });
    if (!died) break;
  }
});

test('one that is brought again is kept once; another under its name is kept beside it', async () => {
  const { allegro, ezra } = await twoHouses();
  const { id, content } = sendFrom(allegro, draftTo('ezra'));
  const again = join(ezra.paths.inbox, `${id}.md`);
  await ezra.monitor();
  writeFileSync(again, content);
  await ezra.monitor();
  const read = join(ezra.paths.inbox, 'read');
  expect(readdirSync(read)).toEqual([`${id}.md`]);
  writeFileSync(again, content.replace('the login', 'nothing'));
  await ezra.monitor();
  expect(readdirSync(read).sort()).toEqual([`2.${id}.md`, `${id}.md`].sort());
  expect(readFileSync(join(read, `${id}.md`), 'utf8')).toBe(content);
  expect(inboxOf(ezra)).toEqual([]);
  expect(ezra.queue().match(/^###/gm)).toHaveLength(1);
});

test('what a sender that died left half-written in the inbox goes with the next tick', async () => {
  const { ezra } = await twoHouses();
  const { pid, start } = deadProcess();
  mkdirSync(ezra.paths.inbox, { recursive: true });
  writeFileSync(join(ezra.paths.inbox, `.x.md.${pid}-${start}-0123456789ab.robed-tmp`), 'half');
  await ezra.monitor();
  expect(inboxOf(ezra)).toEqual([]);
});

test('where a file stands in the place of the inbox, the tick goes on', async () => {
  const { ezra } = await twoHouses();
  writeFileSync(ezra.paths.inbox, 'no folder');
  expect((await ezra.monitor()).queue).toBe('read');
});

test('an answer goes once, wherever the tick dies that sends it', async () => {
  for (let at = 1; ; at++) {
    const { allegro, ezra } = await twoHouses({ settings: EXTERNAL });
    sendFrom(allegro, draftTo('ezra'));
    await ezra.monitor();
    ezra.edit('PENDING', 'DONE');
    let steps = 0;
    armFaults(() => {
      steps += 1;
      if (steps >= at) throw new Error('died');
    });
    const died = await ezra.monitor().then(
      () => false,
      () => true,
    );
    armFaults(null);
    await ezra.reopen();
    await ezra.monitor();
    await allegro.monitor();
    await ezra.monitor();
    await allegro.monitor();
    expect(allegro.told('message.answered'), `died at step ${at}`).toHaveLength(1);
    if (!died && steps < at) break;
  }
});

test('a house that lost its memory takes nothing in twice, and still answers', async () => {
  const { allegro, ezra } = await twoHouses();
  sendFrom(allegro, draftTo('ezra'));
  await ezra.monitor();
  const { database } = ezra.paths;
  await ezra.reopen(() => {
    for (const end of ['', '-wal', '-shm']) spawnSync('rm', ['-f', `${database}${end}`]);
  });
  await ezra.dispatch();
  ezra.leaveReport('TASK-001', reportOf(ezra.run('TASK-001'), 'COMPLETE'));
  await ezra.work();
  await allegro.monitor();
  expect(ezra.queue().match(/^###/gm)).toHaveLength(1);
  expect(allegro.told('message.answered')).toHaveLength(1);
});
