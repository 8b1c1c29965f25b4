import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { answerByHand, findReceived } from '../../../lib/operations/messages/read.ts';
import { armFaults, systemError } from '../../../lib/platform/faults.ts';
import { type Bench, bench } from '../../support/bench.ts';
import { task } from '../../support/household.ts';
import { draftTo, inboxOf, sendByHand, sendFrom, statesOf, twoHouses } from './post-office.ts';

const SHELL = 'queue: {adopted: true}\nbodies: {allow: [shell, external]}\n';
const BY_HAND = { house: 'ezra', run: null, task: null };

afterEach(() => armFaults(null));

const quarantined = ({ paths }: Bench) => readdirSync(paths.quarantine);

test('a flood of requests keeps no house from its own work', async () => {
  const { ezra } = await twoHouses({ theirs: task('E-1', 'echo x'), settings: SHELL });
  for (let i = 0; i < 60; i++) {
    sendByHand(ezra, draftTo('ezra', { title: `Request ${i}`, urgency: 'low' }));
  }
  await ezra.dispatch();
  expect(ezra.record('E-1').status).not.toBe('PENDING');
});

test('requests that have to wait hold back no answer and no note', async () => {
  const { allegro, ezra } = await twoHouses({ settings: 'bodies: {allow: [external]}\n' });
  for (let i = 0; i < 205; i++) sendFrom(allegro, draftTo('ezra'));
  const { file } = sendFrom(allegro, draftTo('ezra', { type: 'note' }));
  renameSync(file, join(ezra.paths.inbox, 'zz.md'));
  await ezra.monitor();
  expect(statesOf(ezra)).toEqual([['note', 'unread']]);
  expect(inboxOf(ezra)).toHaveLength(205);
});

describe('what stands where Robed puts read messages away', () => {
  for (const [what, put] of [
    ['a file', (read: string) => writeFileSync(read, 'x')],
    ['a link out of the household', (read: string, aside: string) => symlinkSync(aside, read)],
  ] as const) {
    test(`${what}: it goes to quarantine, and the tick goes on`, async () => {
      const { allegro, ezra } = await twoHouses({
        theirs: task('E-1', 'echo x'),
        settings: SHELL,
      });
      const aside = `${ezra.root}-aside`;
      mkdirSync(aside);
      mkdirSync(ezra.paths.inbox, { recursive: true });
      put(join(ezra.paths.inbox, 'read'), aside);
      const { id } = sendFrom(allegro, draftTo('ezra'));
      await ezra.dispatch();
      expect(ezra.record('E-1').status).not.toBe('PENDING');
      expect(readdirSync(join(ezra.paths.inbox, 'read'))).toEqual([`${id}.md`]);
      expect(quarantined(ezra)).toEqual(['read']);
      expect(readdirSync(aside)).toEqual([]);
      rmSync(aside, { recursive: true });
    });
  }
});

test('a message that can’t be put away is taken in once, told once, and stops no tick', async () => {
  const { allegro, ezra } = await twoHouses({ theirs: task('E-1', 'echo x'), settings: SHELL });
  const { id } = sendFrom(allegro, draftTo('ezra', { type: 'note' }));
  armFaults((step, path) => {
    if (step === 'rename' && dirname(path).endsWith('/read'))
      throw systemError('EACCES', step, path);
  });
  await ezra.dispatch();
  await ezra.dispatch();
  armFaults(null);
  expect(ezra.record('E-1').status).not.toBe('PENDING');
  expect(ezra.told('message.received')).toHaveLength(1);
  const told = ezra.told('system.warning').filter(({ data }) => data['about'] === 'inbox');
  expect(told).toHaveLength(1);
  expect(told[0]?.data['message']).toContain(`${id}.md can't be put away`);
  await ezra.monitor();
  expect(inboxOf(ezra)).toEqual([]);
});

test('an inbox that leads out of the household is not emptied', async () => {
  const { ezra } = await twoHouses();
  const aside = `${ezra.root}-documents`;
  mkdirSync(aside);
  writeFileSync(join(aside, 'thesis.md'), 'my thesis');
  rmSync(ezra.paths.inbox, { recursive: true, force: true });
  symlinkSync(aside, ezra.paths.inbox);
  ezra.advance(5000);
  await ezra.monitor();
  expect(readFileSync(join(aside, 'thesis.md'), 'utf8')).toBe('my thesis');
  rmSync(aside, { recursive: true });
});

test('of two that have one name and no ending both are kept, whatever the folders are called', async () => {
  const root = mkdtempSync(join(tmpdir(), 'robed.household-'));
  const house = await bench('# Queue\n', { root });
  for (const text of ['one', 'two']) {
    mkdirSync(house.paths.inbox, { recursive: true });
    writeFileSync(join(house.paths.inbox, 'noname'), text);
    house.advance(5000);
    await house.monitor();
  }
  expect(quarantined(house)).toEqual(['noname', 'noname.2']);
});

describe('what is too large for a message', () => {
  test('is refused of an answer by hand, which stays to be given', async () => {
    const { allegro, ezra } = await twoHouses();
    sendFrom(allegro, draftTo('ezra'));
    await ezra.monitor();
    const request = findReceived(ezra.context, 'TASK-001');
    if (request === null) throw new Error('expected a request');
    const give = (text: string) => answerByHand(ezra.context, request, text, BY_HAND);
    expect(() => give('x'.repeat(70_000))).toThrow('at most 60 KB');
    expect(statesOf(ezra)).toEqual([['task', 'open']]);
    give('x'.repeat(60_000));
    await allegro.monitor();
    expect(statesOf(allegro)).toEqual([['answer', 'unread']]);
  });

  test('is cut of a question to the sovereign, and says so', async () => {
    const blocks = [1, 2, 3, 4, 5, 6].map(
      (n) => `\`\`\`sh\n: ${n} ${'é'.repeat(11_000)}\n\`\`\`\n`,
    );
    const { allegro, ezra } = await twoHouses({
      mine: `### A-1: Large\n- **Status:** PENDING\n- **Approval:** required\n\n${blocks.join('\n')}`,
      settings: SHELL,
      sovereign: 'ezra',
    });
    await allegro.work();
    await ezra.work();
    expect(statesOf(ezra)).toEqual([['approval', 'open']]);
    expect(ezra.queue()).toContain('The rest did not fit into a message.');
  });
});
