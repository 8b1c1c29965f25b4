import { scrubbedEnvironment } from '../platform/scrubbed-environment.ts';
import type { Job } from './body.ts';

type Who = Pick<Job, 'task' | 'run' | 'attempt' | 'report' | 'trigger' | 'home'>;

/**
 * The environment of a body: an allow-list of `base`, then `extra` (the body's own `Start.env`),
 * then what tells the body who it is.
 */
export function bodyEnvironment(
  base: NodeJS.ProcessEnv,
  job: Who,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...scrubbedEnvironment(base), ...extra, ...ownEnvironment(job) };
}

/** What differs from run to run. */
export const ownEnvironment = (job: Who): Record<string, string> => ({
  HERMES_HOME: job.home,
  ROBED_RUN: job.run,
  ROBED_TASK: job.task,
  ROBED_ATTEMPT: String(job.attempt),
  ROBED_REPORT: job.report,
  ROBED_TRIGGER: job.trigger,
});
