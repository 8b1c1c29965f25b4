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
  cwd: string;
  out: Output;
  messages: Output;
}

export function openWorld(): World {
  return {
    environment: process.env,
    cwd: process.cwd(),
    out: openOutput(() => process.stdout, process.env),
    messages: openOutput(() => process.stderr, process.env),
  };
}

export function createContext(world: World, input: Input): Context {
  const { options } = input;
  let found: string | undefined;
  const root = () => {
    found ??= findHousehold(textOption(input, 'root'), world.environment, world.cwd);
    return found;
  };
  return {
    ...world,
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
