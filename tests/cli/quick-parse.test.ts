import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CommandRow, longName, optionsOf } from '../../lib/cli/command.ts';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { addOptions, namedOptions } from '../../lib/cli/program.ts';
import { quickParse, splitCommand } from '../../lib/cli/quick-parse.ts';

const row = (name: string) => COMMANDS.find((command) => command.name === name) as CommandRow;

test('a plain command line is read', () => {
  expect(quickParse(row('set'), ['T-1', 'status', 'done', '--dry-run', '--queue', 'q.md'])).toEqual(
    { args: ['T-1', 'status', 'done'], options: { dryRun: true, queue: 'q.md' } },
  );
});

test.each([
  ['an unknown option', ['--jsn']],
  ['a value by an equals sign', ['--queue=q.md']],
  ['a value that looks like an option', ['--queue', '--json']],
  ['a missing value', ['--queue']],
  ['the end of options', ['--']],
  ['help', ['--help']],
  ['an argument too many', ['extra']],
])('%s goes to commander', (_, argv) => {
  expect(quickParse(row('list'), argv)).toBeNull();
});

test('a missing argument goes to commander', () => {
  expect(quickParse(row('set'), ['T-1', 'status'])).toBeNull();
});

test('common options may stand before the command', () => {
  expect(splitCommand(['--root', 'x', '--json', 'list', '--queue', 'q'])).toEqual({
    name: 'list',
    rest: ['--root', 'x', '--json', '--queue', 'q'],
  });
  expect(splitCommand(['--root=x', 'list'])).toEqual({ name: 'list', rest: ['--root=x'] });
});

test('whatever is read means the same to commander', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...COMMANDS).chain((command) => {
        const words = [
          ...optionsOf(command).map(longName),
          'a',
          'b c',
          '-x',
          '--',
          '',
          '-',
          '--zz',
        ];
        return fc.tuple(
          fc.constant(command),
          fc.array(fc.constantFrom(...words), { maxLength: 6 }),
        );
      }),
      ([command, argv]) => {
        const input = quickParse(command, argv);
        fc.pre(input !== null);
        expect(input).toEqual(byCommander(command, argv));
      },
    ),
    { numRuns: 500 },
  );
});

function byCommander(row: CommandRow, argv: string[]) {
  const command = new Command(row.name).exitOverride().allowExcessArguments(false);
  for (const { name, optional } of row.arguments ?? []) {
    command.argument(optional ? `[${name}]` : `<${name}>`);
  }
  addOptions(command, row);
  command.action(() => {}).parse(argv, { from: 'user' });
  return { args: command.args, options: namedOptions(row, command.opts()) };
}

test('every command has examples that it understands, with its own name', () => {
  for (const command of COMMANDS.filter(({ hidden }) => !hidden)) {
    for (const [line] of command.examples) {
      const words = line.replace(/ <.*/, '').match(/"[^"]*"|\S+/g) ?? [];
      const [program, name, ...argv] = words.map((word) => word.replaceAll('"', ''));
      expect([program, name]).toEqual(['robed', command.name]);
      expect(byCommander(command, argv), line).toBeDefined();
    }
  }
});
