import { runModelClient } from '../../bodies/model-client.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';

export function run({ environment }: Context, { args }: Input): Promise<number> {
  return runModelClient(args, environment);
}
