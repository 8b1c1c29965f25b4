import { type ParseArgsConfig, parseArgs } from 'node:util';

type Config = ParseArgsConfig & { options: { help: { type: 'boolean' } } };

interface Read<T extends Config> {
  values: ReturnType<typeof parseArgs<T>>['values'];
  /** Says why and how it is meant, and ends with 2. */
  refuse: (why: string) => never;
}

/** The options of a script that proves or measures. `--help` prints its page, and ends with 0. */
export function readOptions<T extends Config>(name: string, help: string, config: T): Read<T> {
  const refuse = (why: string): never => {
    console.error(`${name}: ${why}\n\n${help}`);
    process.exit(2);
  };
  const { values } = parsed(config, refuse);
  if (!('help' in values)) return { values, refuse };
  console.log(help);
  process.exit(0);
}

function parsed<T extends Config>(config: T, refuse: (why: string) => never) {
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse((error as Error).message);
  }
}
