import { personOf, runChange } from '../change.ts';
import type { Context } from '../context.ts';
import { type Input, textOption } from '../input.ts';

export function run(context: Context, input: Input): Promise<number> {
  const reason = textOption(input, 'reason') ?? 'no reason given';
  return runChange(context, input, {
    type: 'reject',
    by: personOf(context.environment),
    reason,
  });
}
