import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../core/errors.ts';
import { runTask } from '../../operations/run-task.ts';
import { takeOver } from '../../operations/take-over.ts';
import type { Context } from '../context.ts';
import { oneWizard, withHouse } from '../houses.ts';
import { type Input, textOption } from '../input.ts';

/** Supervises one claimed run to its end; started by dispatch, in a session of its own. */
export async function run(context: Context, input: Input): Promise<number> {
  const name = textOption(input, 'run') ?? '';
  let look = () => {};
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => look());
  const carry = input.options['takeOver'] === true ? takeOver : runTask;
  const taken = await withHouse(context, oneWizard(context), (house) =>
    carry(house, name, {
      sleep,
      nudge: (listener) => {
        look = listener;
      },
    }),
  );
  return taken ? EXIT.ok : EXIT.failure;
}
