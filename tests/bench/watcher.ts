import { spawn } from 'node:child_process';
import type { TestHouse } from '../support/house.ts';
import { until } from '../support/until.ts';
import { robed } from './commands.ts';
import { countComplete } from './house.ts';
import type { Session } from './session.ts';

export interface Watcher {
  pid: number;
  /** Waits until this many tasks are COMPLETE in the queue. */
  completes(count: number): Promise<unknown>;
  stop(): Promise<void>;
}

/** `robed start` on a house, as a user has it, stopped with the session. */
export function startWatcher(session: Session, house: TestHouse): Watcher {
  const [program, ...args] = robed('start', '--root', house.root) as [string, ...string[]];
  const { ROBED_ROOT: _, ROBED_RUN: __, NODE_OPTIONS: ___, ...env } = process.env;
  const child = spawn(program, args, { stdio: 'ignore', env });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  session.atEnd(() => child.kill('SIGTERM'));
  return {
    pid: child.pid as number,
    completes: (count) =>
      until(`${count} tasks COMPLETE`, () => {
        if (child.exitCode !== null) throw new Error(`robed start ended with ${child.exitCode}`);
        return countComplete(house) === count;
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
