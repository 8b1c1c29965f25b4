import { runChange } from '../change.ts';
import type { Input } from '../command.ts';
import type { Context } from '../context.ts';

export function run(context: Context, input: Input): Promise<number> {
  return runChange(context, input, { type: 'cancel' });
}
