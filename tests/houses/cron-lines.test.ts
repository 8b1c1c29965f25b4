import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandOfLine, cronLines, inOwnShell, withWord } from '../../lib/houses/cron-lines.ts';
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
    '*/15 * * * * set -- /opt/robed/scripts/tick.sh dispatch /h allegro; . "$1"',
    '*/10 * * * * set -- /opt/robed/scripts/tick.sh task-monitor /h allegro; . "$1"',
    '*/5 * * * * set -- /opt/robed/scripts/tick.sh self-monitor /h allegro; . "$1"',
    '*/30 * * * * set -- /opt/robed/scripts/tick.sh progress-report /h allegro; . "$1"',
    '5 4 * * mon set -- /opt/robed/scripts/tick.sh checkpoint /h allegro; . "$1"',
  ]);
});

test('a Node that the script can’t find by itself is named', () => {
  const [line] = cronLines(house('/h'), { ...PROGRAM, node: '/opt/node 24/node' });
  expect(line).toMatch(/ dispatch \/h allegro '\/opt\/node 24\/node'; \. "\$1"$/);
});

test('whatever a path holds, the shell gets it whole once cron has undone its per cent signs', () => {
  const root = `/it's 100% "$HOME" \`x\` (y) ; & * é`;
  const [line = ''] = cronLines(house(root), PROGRAM);
  expect(line.replaceAll('\\%', '')).not.toContain('%');
  const run = (shell: string, command: string) =>
    spawnSync(shell, ['-c', command], { encoding: 'utf8' }).stdout;
  for (const shell of ['/bin/sh', 'bash']) {
    const command = withWord(commandOfLine(line) ?? '', '--dry-run');
    const words = `tick.sh|dispatch|${root}|allegro|--dry-run|`;
    expect(run(shell, command.replace('. "$1"', 'printf "%s|" tick.sh "$2" "$3" "$4" "$5"'))).toBe(
      words,
    );
    const own = withWord(commandOfLine(inOwnShell(line)) ?? '', '--dry-run');
    expect(run(shell, own.replace('/bin/sh /opt/robed/scripts/', 'printf "%s|" '))).toBe(words);
  }
});

test('a line for whatever shell cron has is the one that Robed used to write', () => {
  const [line = ''] = cronLines(house('/h'), PROGRAM);
  const own = '*/15 * * * * /bin/sh /opt/robed/scripts/tick.sh dispatch /h allegro';
  expect(inOwnShell(line)).toBe(own);
  expect(inOwnShell(own)).toBe(own);
});

test('what cron, a shell or a person could take otherwise is refused', () => {
  expect(() => cronLines(house('/a\\b'), PROGRAM)).toThrow('without backslashes');
  expect(() => cronLines(house('/a\nb'), PROGRAM)).toThrow('without backslashes');
  expect(() => cronLines(house(`/${'x'.repeat(990)}`), PROGRAM)).toThrow('at most 998 bytes');
  const odd = house('/h', { schedule: { dispatch: '* * * * *\n* * * * * rm -rf /' } });
  expect(() => cronLines(odd, PROGRAM)).toThrow('schedule.dispatch: expected five fields');
});
