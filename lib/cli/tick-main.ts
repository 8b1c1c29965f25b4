import { RUNNER, TICKS } from './commands-ticking.ts';
import { createContext, openWorld } from './context.ts';
import { describeError } from './error-text.ts';
import { quickParse } from './quick-parse.ts';
import { runCommand } from './run-command.ts';

/**
 * `main` for the plain command lines of cron, and of what a tick starts: a bundle of its own
 * (scripts/build.ts), a third of the other, to which all else goes.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const command = [...TICKS, RUNNER].find((candidate) => candidate.name === name);
  const input = command && quickParse(command, rest);
  if (!input) {
    const { main: all } = await import('./main.ts');
    return all(argv);
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
