import { EXIT } from '../core/errors.ts';
import { JOBS } from '../houses/job-files.ts';
import { namesPings } from '../houses/pings.ts';
import type { CommandRow } from './command.ts';
import type { Context } from './context.ts';
import { type Input, textOption } from './input.ts';

/** Runs a command; of a job that cron runs, whoever robed.yaml has listen to it is told. */
export async function runCommand(row: CommandRow, context: Context, input: Input): Promise<number> {
  const { run } = await row.load();
  const isJob = (JOBS as readonly string[]).includes(row.name) && !context.dryRun;
  if (!isJob || !namesPings(rootOf(context))) return run(context, input);
  const { pingJob } = await import('../operations/alerts/ping-job.ts');
  const wizard = textOption(input, 'wizard') ?? null;
  const ping = (phase: 'start' | 'success' | 'fail') =>
    pingJob(context.root(), wizard, row.name, phase);
  // The job does not wait for it; its end does, so that the two arrive in order.
  const started = ping('start');
  let phase: 'success' | 'fail' = 'fail';
  try {
    const exitCode = await run(context, input);
    // Somebody else is at it already: that one will tell how it went.
    if (exitCode === EXIT.ok || exitCode === EXIT.busy) phase = 'success';
    return exitCode;
  } finally {
    await started;
    await ping(phase);
  }
}

/** '' where there is no household: the command itself says so. */
function rootOf(context: Context): string {
  try {
    return context.root();
  } catch {
    return '';
  }
}
