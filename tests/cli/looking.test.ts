import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { fakeCrontab } from '../support/fake-crontab.ts';
import { task, testHouse } from '../support/household.ts';
import { robed } from '../support/robed.ts';
import { treeOf } from '../support/tree.ts';

/** Words for the arguments of commands that take some. Those that only look stand in LOOKS. */
const ARGUMENTS: Readonly<Record<string, string[]>> = {
  add: ['Count the disks'],
  set: ['T-1', 'priority', 'P1'],
  retry: ['T-1'],
  cancel: ['T-1'],
  approve: ['T-1'],
  reject: ['T-1'],
  restore: ['1'],
  adopt: ['--wizard', 'ezra', '--yes'],
  gateway: ['start'],
  body: ['install', 'hermes'],
  provision: ['allegro', '--yes'],
  retire: ['ezra', '--yes'],
  crontab: ['install'],
  systemd: ['install', '--dir', 'units'],
  send: ['ezra', 'Which?'],
  answer: ['T-1', 'That.'],
  doctor: ['--fix'],
};

/** What only looks, of every command that has no --dry-run, and of those with such an action. */
const LOOKS: Readonly<Record<string, string[][]>> = {
  list: [[], ['--json']],
  show: [['T-1']],
  explain: [['T-1']],
  status: [[], ['--json']],
  log: [[], ['--task', 'T-1']],
  history: [[]],
  alerts: [[]],
  gateway: [['status']],
  retire: [['ezra']],
  crontab: [['show'], ['check'], ['uninstall', '--dry-run']],
  systemd: [['show', '--dir', 'units'], ['check'], ['uninstall', '--dry-run']],
  doctor: [[]],
  inbox: [[], ['--all']],
  'progress-report': [
    ['--since', '12h'],
    ['--wizard', 'ezra', '--since', '12h'],
  ],
  completion: [['bash']],
};

/** They work, or are what Robed starts itself. */
const NEVER = ['start', 'runner', 'body-model', 'body-hermes'];

const FORMS = COMMANDS.flatMap(({ name, changes }) => [
  ...(changes ? [[name, ...(ARGUMENTS[name] ?? []), '--dry-run']] : []),
  ...(LOOKS[name] ?? []).map((argv) => [name, ...argv]),
]);

test.each(FORMS.map((argv) => [argv.join(' '), argv] as const))(
  '`robed %s` leaves a household that nobody lived in yet as it is, byte for byte',
  (_, argv) => {
    const house = testHouse(task('T-1', 'true'), {
      settings: 'queue: {adopted: true}\ngateway: {port: 28799}\n',
    });
    writeFileSync(join(house.root, 'robed.yaml'), 'sovereign: ezra\n');
    spawnSync('git', ['init', '-q', house.paths.house]);
    const elsewhere = join(house.root, 'elsewhere');
    mkdirSync(elsewhere);
    const { PATH = '', XDG_CONFIG_HOME = '' } = fakeCrontab().environment;
    const before = treeOf(house.root);
    const { status, stderr } = robed([...argv, '--root', house.root], {
      cwd: house.root,
      env: { PATH, XDG_CONFIG_HOME, HOME: elsewhere },
    });
    expect(treeOf(house.root)).toEqual(before);
    expect(stderr).not.toMatch(/^ +at /m);
    expect([0, 1, 2, 78]).toContain(status);
  },
);

test('every command that could look is tried', () => {
  const tried = new Set(FORMS.map(([name]) => name));
  const missed = COMMANDS.filter(({ name }) => !tried.has(name) && !NEVER.includes(name));
  expect(missed.map(({ name }) => name)).toEqual([]);
});
