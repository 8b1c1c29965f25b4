import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandOfLine, cronLines } from '../../lib/houses/cron-lines.ts';
import type { House } from '../../lib/houses/household.ts';
import { housePaths } from '../../lib/houses/paths.ts';
import { houseSchema } from '../../lib/houses/settings.ts';

const PROGRAM = { script: '/opt/robed/scripts/tick.sh', node: null };

function house(root: string, settings: unknown = {}): House {
  const paths = housePaths(join(root, 'wizards', 'allegro'));
  return { name: 'allegro', root, settings: houseSchema.parse(settings), paths };
}

test('each job of the schedule is one line, and one switched off is none', () => {
  expect(
    cronLines(house('/h', { schedule: { heartbeat: false, checkpoint: '5  4 * * mon' } }), PROGRAM),
  ).toEqual([
    '*/15 * * * * /bin/sh /opt/robed/scripts/tick.sh dispatch /h allegro',
    '*/10 * * * * /bin/sh /opt/robed/scripts/tick.sh task-monitor /h allegro',
    '*/5 * * * * /bin/sh /opt/robed/scripts/tick.sh self-monitor /h allegro',
    '*/30 * * * * /bin/sh /opt/robed/scripts/tick.sh progress-report /h allegro',
    '5 4 * * mon /bin/sh /opt/robed/scripts/tick.sh checkpoint /h allegro',
  ]);
});

test('a Node that the script can’t find by itself is named', () => {
  const [line] = cronLines(house('/h'), { ...PROGRAM, node: '/opt/node 24/node' });
  expect(line).toMatch(/ dispatch \/h allegro '\/opt\/node 24\/node'$/);
});

test('whatever a path holds, the shell gets it whole once cron has undone its per cent signs', () => {
  const root = `/it's 100% "$HOME" \`x\` (y) ; & * é`;
  const [line = ''] = cronLines(house(root), PROGRAM);
  expect(line.replaceAll('\\%', '')).not.toContain('%');
  const command = commandOfLine(line)?.replace(
    '/bin/sh /opt/robed/scripts/tick.sh',
    'printf "%s|"',
  );
  expect(spawnSync('/bin/sh', ['-c', command as string], { encoding: 'utf8' }).stdout).toBe(
    `dispatch|${root}|allegro|`,
  );
});

test('what cron, a shell or a person could take otherwise is refused', () => {
  expect(() => cronLines(house('/a\\b'), PROGRAM)).toThrow('without backslashes');
  expect(() => cronLines(house('/a\nb'), PROGRAM)).toThrow('without backslashes');
  expect(() => cronLines(house(`/${'x'.repeat(990)}`), PROGRAM)).toThrow('at most 998 bytes');
  const odd = house('/h', { schedule: { dispatch: '* * * * *\n* * * * * rm -rf /' } });
  expect(() => cronLines(odd, PROGRAM)).toThrow('schedule.dispatch: expected five fields');
});
