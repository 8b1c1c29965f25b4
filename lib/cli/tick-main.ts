import { RUNNER, TICKS } from './commands-ticking.ts';
import { plainMain } from './plain-main.ts';

/** `main` for what cron fires, and what that starts. */
export const main = (argv: readonly string[]): Promise<number> =>
  plainMain([...TICKS, RUNNER], argv);
