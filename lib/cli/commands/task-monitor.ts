import type { Context } from '../context.ts';
import { runTick } from '../tick.ts';

export function run(context: Context): Promise<number> {
  return runTick(context, { claim: false });
}
