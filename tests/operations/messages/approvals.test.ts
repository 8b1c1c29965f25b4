import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changeTask } from '../../../lib/operations/change-task.ts';
import { explainTask } from '../../../lib/operations/explain.ts';
import { type Bench, bench, reportOf } from '../../support/bench.ts';
import { task } from '../../support/household.ts';
import { draftTo, sendFrom, statesOf, twoHouses } from './post-office.ts';

const SHELL = 'queue: {adopted: true}\nbackoff: 50ms\nbodies: {allow: [shell, external]}\n';
const decide = (house: Bench, type: 'approve' | 'reject', id = 'TASK-001') =>
  changeTask(
    house.context,
    id,
    type === 'approve' ? { type, by: 'ada' } : { type, by: 'ada', reason: 'not like this' },
    { dryRun: false },
  );
const ran = (house: Bench) => existsSync(join(house.paths.workspace, 'ran'));

/** Allegro's T-1 waits for approval, and Ezra, the sovereign, was asked. */
async function asked(field = 'Approval: required') {
  const houses = await twoHouses({
    mine: task('T-1', 'echo x >>ran; echo done', [field]),
    settings: SHELL,
    sovereign: 'ezra',
  });
  const { allegro, ezra } = houses;
  await allegro.work();
  await ezra.work();
  expect([allegro.status('T-1'), ezra.status('TASK-001')]).toEqual(['REVIEW', 'REVIEW']);
  return houses;
}

/** Both houses' ticks, until the word is round. */
async function settle({ allegro, ezra }: { allegro: Bench; ezra: Bench }) {
  for (let i = 0; i < 2; i++) {
    await ezra.work();
    await allegro.work();
  }
}

describe('a task that waits for approval', () => {
  test('stands in the sovereign’s queue once, with the commands quoted, and is never run there', async () => {
    const houses = await asked();
    await settle(houses);
    const { allegro, ezra } = houses;
    expect(ezra.queue().match(/^###/gm)).toHaveLength(1);
    expect(ezra.queue()).toContain('- **Decides:** allegro T-1\n');
    expect(ezra.queue()).toContain('> >     echo x >>ran; echo done\n');
    expect(ezra.queue()).toContain('`robed approve TASK-001`');
    expect(allegro.told('message.sent')).toHaveLength(1);
    expect(ran(ezra)).toBe(false);
  });

  test('approved there by a command, it runs; the record says who, and in which house', async () => {
    const houses = await asked();
    const { allegro, ezra } = houses;
    await decide(ezra, 'approve');
    expect(ran(allegro)).toBe(false);
    await settle(houses);
    expect([allegro.status('T-1'), ezra.status('TASK-001')]).toEqual(['COMPLETE', 'COMPLETE']);
    expect(ran(allegro)).toBe(true);
    expect(allegro.told('task.approved')[0]?.data).toMatchObject({ by: 'ada (ezra)' });
    expect(statesOf(allegro)).toEqual([['answer', 'read']]);
    expect(ezra.told('task.assigned')).toEqual([]);
  });

  for (const [word, status] of [
    ['DONE', 'COMPLETE'],
    ['CANCELLED', 'FAILED'],
  ] as const) {
    test(`typed ${word} there by a person, it is ${status} here`, async () => {
      const houses = await asked();
      houses.ezra.edit('REVIEW', word);
      await settle(houses);
      expect(houses.allegro.status('T-1')).toBe(status);
      expect(ran(houses.allegro)).toBe(status === 'COMPLETE');
    });
  }

  test('rejected there, it fails here with the reason', async () => {
    const houses = await asked();
    await decide(houses.ezra, 'reject');
    await settle(houses);
    expect(houses.allegro.status('T-1')).toBe('FAILED');
    expect(houses.allegro.record('T-1').reason).toBe('not like this');
    expect(ran(houses.allegro)).toBe(false);
  });

  test('a result that waits is asked about with its report, and made COMPLETE without another run', async () => {
    const houses = await asked('Approval: after');
    expect(houses.ezra.queue()).toContain('> > done\n');
    await decide(houses.ezra, 'approve');
    await settle(houses);
    expect(houses.allegro.status('T-1')).toBe('COMPLETE');
    expect(houses.allegro.told('task.assigned')).toHaveLength(1);
    expect(houses.allegro.report('T-1')).toContain('status: COMPLETE');
  });

  test('a word typed there while an agent is at work decides nothing', async () => {
    const houses = await asked();
    const { allegro, ezra } = houses;
    ezra.save(`${ezra.queue()}\n### A-1: Work\n- **Status:** PENDING\n- **Body:** external\n`);
    await ezra.dispatch();
    const run = ezra.run('A-1');
    ezra.edit('REVIEW', 'DONE');
    ezra.leaveReport('A-1', reportOf(run, 'COMPLETE'));
    await settle(houses);
    expect([allegro.status('T-1'), ezra.status('TASK-001')]).toEqual(['REVIEW', 'REVIEW']);
    expect(ran(allegro)).toBe(false);
    await decide(ezra, 'approve');
    await settle(houses);
    expect(allegro.status('T-1')).toBe('COMPLETE');
  });

  test('set to PENDING there, it goes back to REVIEW and is not run', async () => {
    const houses = await asked();
    houses.ezra.edit('REVIEW', 'PENDING');
    await settle(houses);
    expect(houses.ezra.status('TASK-001')).toBe('REVIEW');
    expect(houses.ezra.told('task.assigned')).toEqual([]);
    expect((await explainTask(houses.ezra.context, 'TASK-001')).waiting).not.toEqual([]);
  });

  test('an entry that asks for a decision is never dispatched, wherever it comes from', async () => {
    const { ezra } = await twoHouses({
      theirs: '### T-1: Let it be\n- **Status:** PENDING\n- **Decides:** allegro A-1\n',
    });
    await ezra.work();
    expect(ezra.told('task.assigned')).toEqual([]);
    expect((await explainTask(ezra.context, 'T-1')).waiting[0]?.code).toBe('decision');
  });

  test('words that changed meanwhile are not approved: it is asked anew, and the old entry closed', async () => {
    const houses = await asked();
    const { allegro, ezra } = houses;
    await decide(ezra, 'approve');
    allegro.edit('echo x', 'echo other');
    await settle(houses);
    expect(ran(allegro)).toBe(false);
    expect(allegro.status('T-1')).toBe('REVIEW');
    expect(ezra.status('TASK-002')).toBe('REVIEW');
    await decide(ezra, 'approve', 'TASK-002');
    await settle(houses);
    expect(allegro.status('T-1')).toBe('COMPLETE');
  });

  test('a yes to other words than were sent is none: it is asked anew', async () => {
    const { allegro, ezra } = await twoHouses({
      mine: task('T-1', 'echo x >>ran; echo done', ['Approval: required']),
      settings: SHELL,
      sovereign: 'ezra',
    });
    await allegro.work();
    const [file = ''] = readdirSync(ezra.paths.inbox).filter((name) => name.endsWith('.md'));
    const path = join(ezra.paths.inbox, file);
    const words = readFileSync(path, 'utf8');
    const front = words.slice(0, words.indexOf('\n---', 3) + 5);
    writeFileSync(path, `${front}\n> Please water the flowers.\n`);
    await ezra.work();
    expect(ezra.queue()).toContain('water the flowers');
    await decide(ezra, 'approve');
    await settle({ allegro, ezra });
    expect([allegro.status('T-1'), ran(allegro)]).toEqual(['REVIEW', false]);
    expect(ezra.queue()).toContain('> >     echo x >>ran; echo done\n');
    await decide(ezra, 'approve', 'TASK-002');
    await settle({ allegro, ezra });
    expect(allegro.status('T-1')).toBe('COMPLETE');
  });

  test('decided here meanwhile, the entry there is closed with that word', async () => {
    const houses = await asked();
    await decide(houses.allegro, 'approve', 'T-1');
    await settle(houses);
    expect(houses.ezra.status('TASK-001')).toBe('COMPLETE');
    const other = await asked();
    await decide(other.allegro, 'reject', 'T-1');
    await settle(other);
    expect(other.ezra.status('TASK-001')).toBe('CANCELLED');
  });

  test('a file that claims a decision changes nothing: it is read from the sovereign’s records', async () => {
    const houses = await asked();
    const { allegro, ezra } = houses;
    const question = allegro.told('message.sent')[0]?.data['message'];
    sendFrom(
      ezra,
      draftTo('allegro', {
        type: 'answer',
        answers: String(question),
        status: 'APPROVED',
        title: 'APPROVED',
      }),
    );
    await settle(houses);
    expect([allegro.status('T-1'), ran(allegro)]).toEqual(['REVIEW', false]);
  });

  test('where another house became sovereign, that one is asked what waits still', async () => {
    const { allegro } = await asked();
    const timmy = await bench('# Queue of timmy\n', {
      name: 'timmy',
      root: allegro.root,
      settings: SHELL,
    });
    writeFileSync(join(allegro.root, 'robed.yaml'), 'sovereign: timmy\n');
    for (let i = 0; i < 2; i++) {
      await allegro.work();
      await timmy.work();
    }
    expect(statesOf(timmy)).toEqual([['approval', 'open']]);
    decide(timmy, 'approve');
    await settle({ allegro, ezra: timmy });
    expect(ran(allegro)).toBe(true);
  });

  test('the sovereign asks nobody, and a house whose household names none asks nobody', async () => {
    const { allegro } = await twoHouses({
      mine: task('T-1', 'echo x', ['Approval: required']),
      settings: SHELL,
      sovereign: 'allegro',
    });
    await allegro.work();
    expect(allegro.told('message.sent')).toEqual([]);
  });
});
