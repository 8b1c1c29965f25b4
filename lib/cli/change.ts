import { userInfo } from 'node:os';
import { EXIT } from '../core/errors.ts';
import type { TaskCommand } from '../operations/carry-out.ts';
import { changeTask } from '../operations/change-task.ts';
import type { Context } from './context.ts';
import { withTask } from './houses.ts';
import type { Input } from './input.ts';
import { terminalLine } from './terminal-text.ts';

/** Carries out one command of a person on one task, and says what came of it. */
export async function runChange(
  context: Context,
  input: Input,
  command: TaskCommand,
): Promise<number> {
  const { dryRun, out } = context;
  await withTask(context, input.args[0] as string, async (house) => {
    const change = await changeTask(house, input.args[0] as string, command, { dryRun });
    if (context.json) {
      out.json({ version: 1, dryRun, wizard: house.house.name, ...change });
      return;
    }
    const would = dryRun ? 'would be ' : '';
    const stopping = change.stopping === null ? '' : `, run ${change.stopping} ${would}stopped`;
    out.line(terminalLine(`${change.task}: ${would}${change.from} → ${change.to}${stopping}`));
  });
  return EXIT.ok;
}

/** Who decides, for the record: the account's name, as far as the system tells. */
export function personOf(environment: NodeJS.ProcessEnv): string {
  return environment['SUDO_USER'] || environment['USER'] || accountName();
}

/** Throws where an account has no name, as in a container with a bare number. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
