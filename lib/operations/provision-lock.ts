import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { EXIT, UserError } from '../core/errors.ts';
import { awaitLock, type Lock } from '../platform/lock.ts';

/** Another provision may be cloning a codebase. */
const WAIT_MS = 60_000;
const TRY_MS = 100;

/**
 * The lock under which houses come and go, so that no two get the same port. Waits a minute for
 * another holder, then throws UserError (exit 75).
 */
export async function lockHousehold(root: string, what: string, clock: Clock): Promise<Lock> {
  const path = join(root, 'wizards', '.provision');
  const lock = await awaitLock(path, { what, clock }, { wait: WAIT_MS, retry: TRY_MS, sleep });
  if (lock !== null) return lock;
  throw new UserError('another house is being provisioned or retired just now', {
    hint: 'try again once that is done',
    exitCode: EXIT.busy,
  });
}
