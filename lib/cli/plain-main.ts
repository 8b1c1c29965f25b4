import type { CommandRow } from './command.ts';
import { createContext, openWorld } from './context.ts';
import { describeError } from './error-text.ts';
import { quickParse } from './quick-parse.ts';
import { runCommand } from './run-command.ts';

/**
 * `main` for the plain command lines of a few commands: a bundle of its own (scripts/build.ts), a
 * half of the whole one, to which all else goes. Never throws.
 */
export async function plainMain(
  commands: readonly CommandRow[],
  argv: readonly string[],
): Promise<number> {
  const [name, ...rest] = argv;
  const command = commands.find((candidate) => candidate.name === name);
  const input = command && quickParse(command, rest);
  if (!input) {
    const { main } = await import('./main.ts');
    return main(argv);
  }
  const world = openWorld();
  try {
    return await runCommand(command, createContext(world, input), input);
  } catch (error) {
    const { text, exitCode } = describeError(error);
    world.messages.write(text);
    return exitCode;
  }
}
