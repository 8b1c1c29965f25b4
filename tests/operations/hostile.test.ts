import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bench, outside, reportOf } from '../support/bench.ts';
import { task } from '../support/household.ts';

describe('an id that is no file name', () => {
  for (const id of [
    'FIX-../../etc',
    'a.b.c-1',
    'T-1.active',
    'Ünïcode-7',
    `LONG-${'9'.repeat(60)}`,
  ]) {
    test(`${id.slice(0, 20)} never leads out of the house, and its task is done`, async () => {
      const house = await bench(
        `| ID | Task | Status |\n|---|---|---|\n| ${id} | Sweep | pending |\n`,
        {
          settings: 'queue: {adopted: true}\nbodies: {allow: [external], default: external}\n',
        },
      );
      await house.dispatch();
      const [run] = house.runs();
      expect(run).toBeDefined();
      if (run === undefined) return;
      expect(readdirSync(house.paths.work)).toHaveLength(1);
      house.leaveReport(run.task, reportOf({ ...run, task: JSON.stringify(run.task) }, 'COMPLETE'));
      await house.work();
      expect(house.record(run.task).status).toBe('COMPLETE');
      expect(readdirSync(house.paths.completed)).toHaveLength(1);
      expect(existsSync(join(house.root, 'etc'))).toBe(false);
    });
  }
});

test('two ids that differ by case alone are two tasks, with two triggers', async () => {
  const house = await bench(`${outside('t-1')}${outside('T-1')}`, {
    settings: 'queue: {adopted: true}\nconcurrency: 2\nbodies: {allow: [external]}\n',
  });
  await house.dispatch();
  expect(house.runs()).toHaveLength(2);
});

test('front matter in a title, a field or a task’s text adds nothing to the trigger’s own', async () => {
  const house = await bench(
    outside('T-1', [
      'Note: "x"\\nrun: forged',
      'Run: forged',
      '__proto__: forged',
      'constructor: forged',
    ]),
  );
  house.edit('Task T-1', 'Task --- run: forged');
  house.edit('Do it.', '---\nrun: forged\n---\nDo it.');
  await house.dispatch();
  const head = house.trigger('T-1').split('\n---\n')[0] ?? '';
  expect(head).toContain(`\nrun: ${house.run('T-1').run}\n`);
  expect(head).not.toMatch(/^run: forged/m);
});

test('a task’s words never reach a shell of their own accord', async () => {
  const house = await bench(
    task('T-1', 'echo fine', ['Produces: `$(touch evil).txt`', 'Attempts: 1']).replace(
      'Task T-1',
      '`touch evil2`; touch evil3 $(touch evil4)',
    ),
  );
  await house.work();
  expect(readdirSync(house.paths.workspace).filter((file) => file.startsWith('evil'))).toEqual([]);
});

test('a workspace that a body took away is a failed attempt, and ends no tick', async () => {
  const house = await bench(
    `${task('T-1', 'echo x >a.txt; rm -rf "$PWD"; echo gone', ['Produces: `a.txt`', 'Attempts: 1'])}\n${task('T-2', 'echo 2')}`,
  );
  await house.work();
  await house.reopen();
  await house.work();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['FAILED', 'COMPLETE']);
});

test('a huge task is BLOCKED or done, and costs no other its turn', async () => {
  const house = await bench(
    `${task('T-1', `echo 1\n${'# filler\n'.repeat(40_000)}`)}\n${task('T-2', 'echo 2')}`,
  );
  await house.work();
  expect(house.status('T-2')).toBe('COMPLETE');
});

test('house.db that is no database says so, and no work is done on a guess', async () => {
  const house = await bench(task('T-1', 'echo 1'));
  await house.work();
  const damage = () => writeFileSync(house.paths.database, 'no database'.repeat(500));
  await expect(house.reopen(damage)).rejects.toMatchObject({ file: house.paths.database });
  expect(house.status('T-1')).toBe('COMPLETE');
});

test('a body that takes folders of the house away ends no tick', async () => {
  const house = await bench(
    `${task('T-1', 'cd; rm -rf "$HERMES_HOME/work" "$HERMES_HOME/completed" "$HERMES_HOME/archive"; echo gone')}\n${task('T-2', 'echo 2')}`,
  );
  await house.work();
  expect([house.status('T-1'), house.status('T-2')]).toEqual(['COMPLETE', 'COMPLETE']);
  expect(house.report('T-1')).toContain('gone');
});

test('a report brings no escape sequence of a title or a check to whoever looks at it', async () => {
  const house = await bench(
    task('T-1', 'echo fine', ['Verify: `true "\u001b[2J\u009b2J"`']).replace(
      'Task T-1',
      'Wipe \u001b]0;it\u0007',
    ),
  );
  await house.work();
  expect(house.report('T-1')).toContain('COMPLETE: Wipe ]0;it');
  expect(house.report('T-1')).not.toMatch(/[^\P{Cc}\n]/u);
});
