import { runModelClient } from '../../bodies/model-client.ts';
import type { Input } from '../command.ts';
import type { Context } from '../context.ts';

export function run({ environment }: Context, { args }: Input): Promise<number> {
  return runModelClient(args, environment);
}
