import { START } from './commands-watching.ts';
import { plainMain } from './plain-main.ts';

/** `main` for the watcher, which keeps all that it loads for as long as it runs. */
export const main = (argv: readonly string[]): Promise<number> => plainMain([START], argv);
