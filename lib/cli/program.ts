import { Command, CommanderError } from 'commander';
import { EXIT } from '../core/errors.ts';
import { packageVersion } from '../core/package-root.ts';
import { COMMON_OPTIONS, type CommandRow, longName, optionsOf, propertyName } from './command.ts';
import { COMMAND_GROUPS, COMMANDS } from './commands.ts';
import { createContext, type World } from './context.ts';
import { styleHelp } from './help.ts';
import type { Input } from './input.ts';
import { splitCommand } from './quick-parse.ts';
import { runCommand } from './run-command.ts';

/**
 * The whole command line by commander: every notation of options, help, and what a mistyped word
 * may have meant. Resolves to the exit code.
 */
export async function runByCommander(world: World, argv: readonly string[]): Promise<number> {
  let chosen: { row: CommandRow; input: Input } | undefined;
  const program = createProgram(world, (row, input) => {
    chosen = { row, input };
  });
  if (argv.length === 0) {
    program.outputHelp();
    return EXIT.ok;
  }
  try {
    program.parse(helpAsked(argv), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  if (chosen === undefined) return EXIT.ok;
  return runCommand(chosen.row, createContext(world, chosen.input), chosen.input);
}

/** `help list` is `list --help`, and `help lsit` as mistyped as `lsit`, which commander lets pass. */
function helpAsked(argv: readonly string[]): readonly string[] {
  if (argv[0] !== 'help') return argv;
  const { name } = splitCommand(argv.slice(1));
  if (name === undefined || name === 'help' || name.startsWith('-')) return ['--help'];
  return COMMANDS.some((command) => command.name === name) ? [name, '--help'] : [name];
}

function createProgram(world: World, choose: (row: CommandRow, input: Input) => void): Command {
  const program = new Command('robed')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .enablePositionalOptions()
    .helpCommand('help [command]', 'show a command’s own help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.out.write(text),
      writeErr: (text) => world.messages.write(text),
      outputError: (text, write) => write(restyleError(text)),
      getOutHelpWidth: () => Math.min(world.out.columns, 100),
      getErrHelpWidth: () => Math.min(world.messages.columns, 100),
      getOutHasColors: () => world.out.colors,
      getErrHasColors: () => world.messages.colors,
    });
  styleHelp(program, [
    ['robed start', 'run the houses until Ctrl-C'],
    ['robed status', 'what runs, what is next, what needs you'],
    ['robed help dispatch', 'a command’s own help'],
  ]);
  for (const { flags, summary } of COMMON_OPTIONS) program.option(flags, summary);
  for (const [heading, rows] of COMMAND_GROUPS) {
    for (const row of rows)
      program.addCommand(subcommand(program, row, heading, choose), {
        hidden: row.hidden ?? false,
      });
  }
  return program;
}

function subcommand(
  program: Command,
  row: CommandRow,
  heading: string,
  choose: (row: CommandRow, input: Input) => void,
): Command {
  const command = new Command(row.name)
    .copyInheritedSettings(program)
    .summary(row.summary)
    .helpGroup(`${heading}:`)
    .allowExcessArguments(false);
  for (const { name, summary, optional } of row.arguments ?? []) {
    command.argument(optional ? `[${name}]` : `<${name}>`, summary);
  }
  addOptions(command, row);
  styleHelp(command, row.examples, row.summary);
  return command.action(() => {
    choose(row, { args: command.args, options: namedOptions(row, command.opts()) });
  });
}

/** The command's options, as commander takes them. */
export function addOptions(command: Command, row: CommandRow): void {
  for (const { flags, summary, repeats } of optionsOf(row)) {
    if (repeats) command.option(flags, summary, (value, all: string[] = []) => [...all, value]);
    else command.option(flags, summary);
  }
}

/** commander reads `--no-crontab` as `crontab: false`; to us it is `noCrontab`, a flag as every other. */
export function namedOptions(
  row: CommandRow,
  given: Record<string, string | boolean | string[]>,
): Input['options'] {
  const options: Record<string, string | true | string[]> = {};
  for (const option of optionsOf(row)) {
    const long = longName(option);
    const name = propertyName(long);
    const value = long.startsWith('--no-')
      ? given[propertyName(`--${long.slice(5)}`)] === false
      : given[name];
    if (value !== undefined && value !== false) options[name] = value;
  }
  return options;
}

/** commander's `error: …\n(Did you mean …?)` in the form of our other errors. */
function restyleError(text: string): string {
  return text.replace(/^error: /, 'robed: ').replace(/^\((Did you mean .*)\)$/m, '  $1');
}
