import { EXIT } from '../../core/errors.ts';
import { keyFor } from '../../operations/change-task.ts';
import type { HouseContext } from '../../operations/context.ts';
import { settleConflicts } from '../../operations/settle-conflicts.ts';
import type { Context } from '../context.ts';
import { forEachHouse, withTask } from '../houses.ts';
import type { Input } from '../input.ts';
import { terminalLine } from '../terminal-text.ts';

export async function run(context: Context, { args }: Input): Promise<number> {
  const { dryRun } = context;
  const [reference] = args;
  const settle = (house: HouseContext) => ({
    wizard: house.house.name,
    settled: settleConflicts(house, reference === undefined ? null : keyFor(house, reference), {
      dryRun,
    }).map(({ code, task, message }) => ({ code, task, message })),
  });
  const { results, exitCode } =
    reference === undefined
      ? await forEachHouse(context, settle)
      : { results: [await withTask(context, reference, settle)], exitCode: EXIT.ok };
  if (context.json) context.out.json({ version: 1, dryRun, wizards: results });
  else {
    for (const { wizard, settled } of results) {
      for (const { message } of settled) {
        context.out.line(
          terminalLine(`${wizard}: ${dryRun ? 'would settle' : 'settled'}: ${message}`),
        );
      }
    }
  }
  return exitCode;
}
