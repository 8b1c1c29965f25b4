import { EXIT } from '../core/errors.ts';
import { packageVersion } from '../core/package-root.ts';
import { COMMANDS } from './commands.ts';
import { createContext, openWorld } from './context.ts';
import { describeError } from './error-text.ts';
import { quickParse, splitCommand } from './quick-parse.ts';
import { runCommand } from './run-command.ts';

/** Runs one command line (without node and script). Resolves to the exit code; never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  const world = openWorld();
  try {
    const { name, rest } = splitCommand(argv);
    if (name === '--version') {
      world.out.line(packageVersion());
      return EXIT.ok;
    }
    // The words that a shell's script asks about are no command line of ours: they may be anything.
    if (name === 'complete' && rest[0] === '--') {
      const { completeWords } = await import('./completion.ts');
      await completeWords(world, rest.slice(1));
      return EXIT.ok;
    }
    const command = COMMANDS.find((candidate) => candidate.name === name);
    const input = command && quickParse(command, rest);
    if (input) {
      return await runCommand(command, createContext(world, input), input);
    }
    const { runByCommander } = await import('./program.ts');
    return await runByCommander(world, name === undefined ? rest : [name, ...rest]);
  } catch (error) {
    const { text, exitCode } = describeError(error);
    world.messages.write(text);
    return exitCode;
  }
}

// What Robed starts in the background runs this file itself, without the launcher.
if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
