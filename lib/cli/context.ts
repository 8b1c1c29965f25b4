import { type Clock, systemClock } from '../core/clock.ts';
import { EXIT, UserError } from '../core/errors.ts';
import { findHousehold, houseNames } from '../houses/household.ts';
import { type Input, textOption } from './input.ts';
import { type Output, openOutput } from './output.ts';

/** What a command gets of the world. */
export interface Context {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  cwd: string;
  /** Data. */
  out: Output;
  /** Messages to the person. */
  messages: Output;
  json: boolean;
  dryRun: boolean;
  /** The household's root; looked for at the first call. Throws UserError. */
  root(): string;
  /** The house named by --wizard, else every one of the household, sorted. Throws UserError where there is none. */
  wizards(): string[];
}

export interface World {
  environment: NodeJS.ProcessEnv;
  out: Output;
  messages: Output;
}

export function openWorld(): World {
  const messages = openOutput(() => process.stderr, process.env);
  const out = openOutput(
    () => process.stdout,
    process.env,
    (error) => {
      messages.line(`robed: the output can't be written: ${error.message}`);
      // Whatever the command makes of its work: what was asked for did not arrive.
      process.on('exit', () => {
        process.exitCode ||= EXIT.failure;
      });
    },
  );
  return { environment: process.env, out, messages };
}

/** Throws UserError where the folder that we stand in was removed. */
export function createContext(world: World, input: Input): Context {
  const { options } = input;
  const cwd = currentFolder();
  let found: string | undefined;
  const root = () => {
    found ??= findHousehold(textOption(input, 'root'), world.environment, cwd);
    return found;
  };
  return {
    ...world,
    cwd,
    clock: systemClock,
    json: options['json'] === true,
    dryRun: options['dryRun'] === true,
    root,
    wizards: () => {
      const named = textOption(input, 'wizard');
      if (named !== undefined) return [named];
      const names = houseNames(root());
      if (names.length > 0) return names;
      throw new UserError(`expected a house in ${root()}/wizards, found none with a house.yaml`, {
        hint: '`robed provision NAME` makes one; or name another household by --root or ROBED_ROOT',
        exitCode: EXIT.config,
      });
    },
  };
}

export function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new UserError('the folder that you stand in was removed', {
      hint: 'cd to one that is there',
      cause,
    });
  }
}
