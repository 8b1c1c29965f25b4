import { personOf, runChange } from '../change.ts';
import { type Input, textOption } from '../command.ts';
import type { Context } from '../context.ts';

export function run(context: Context, input: Input): Promise<number> {
  const reason = textOption(input, 'reason') ?? 'no reason given';
  return runChange(context, input, {
    type: 'reject',
    by: personOf(context.environment),
    reason,
  });
}
