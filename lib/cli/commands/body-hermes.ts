import { setTimeout as sleep } from 'node:timers/promises';
import { runHermesClient } from '../../bodies/hermes-runs-client.ts';
import type { Context } from '../context.ts';
import type { Input } from '../input.ts';

export function run({ out, messages }: Context, { args }: Input): Promise<number> {
  return runHermesClient(args, {
    sleep,
    onStop: (stop) => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
    },
    write: out.write,
    log: messages.write,
  });
}
