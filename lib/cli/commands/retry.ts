import { runChange } from '../change.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';

export function run(context: Context, input: Input): Promise<number> {
  return runChange(context, input, { type: 'retry' });
}
