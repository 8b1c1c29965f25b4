import { EXIT } from '../core/errors.ts';
import type { Context } from './context.ts';
import { describeError } from './error-text.ts';

/**
 * `use` for every wizard that is meant, in order. One whose house fails is told of and costs the
 * others nothing. The exit code is the first failure's.
 */
export async function forEachWizard<T>(
  context: Context,
  use: (wizard: string) => T | Promise<T>,
): Promise<{ results: T[]; exitCode: number }> {
  const results: T[] = [];
  let exitCode: number = EXIT.ok;
  for (const wizard of context.wizards()) {
    try {
      results.push(await use(wizard));
    } catch (error) {
      const described = describeError(error);
      context.messages.write(described.text);
      exitCode ||= described.exitCode;
    }
  }
  return { results, exitCode };
}
