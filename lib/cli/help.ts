import type { Argument, Command } from 'commander';
import picocolors from 'picocolors';

/** Examples first, then usage, arguments and options. */
export function styleHelp(
  command: Command,
  examples: readonly (readonly [line: string, does: string])[],
  summary?: string,
): void {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  ${line.padEnd(width)}  # ${does}`);
  const head = summary === undefined ? '' : `${command.name()}: ${summary}\n\n`;
  command.addHelpText('before', `${head}Examples:\n${lines.join('\n')}\n`);
  command.configureHelp({
    ...command.configureHelp(),
    subcommandTerm: (subcommand) =>
      [subcommand.name(), ...subcommand.registeredArguments.map(argumentTerm)].join(' '),
    styleTitle: (text) => picocolors.createColors(true).bold(text),
  });
}

function argumentTerm(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}
