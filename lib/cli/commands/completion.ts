import { script } from '@bomb.sh/tab';
import { EXIT, UserError } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';
import { SHELLS } from '../shells.ts';

export async function run(_context: Context, { args }: Input): Promise<number> {
  const shell = args[0] as string;
  if (!SHELLS.includes(shell)) {
    throw new UserError(`expected one of ${SHELLS.join(', ')}, found ${JSON.stringify(shell)}`, {
      exitCode: EXIT.usage,
    });
  }
  script(shell, 'robed', 'robed');
  return EXIT.ok;
}
