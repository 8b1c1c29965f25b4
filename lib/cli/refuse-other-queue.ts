import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findHousehold, houseNames, loadHouse } from '../houses/household.ts';
import { refuseOtherHouse } from '../operations/messages/sender.ts';
import type { Context } from './context.ts';

/** Inside a run another house's queue is not written by the name of its file either. Throws UserError. */
export async function refuseOtherQueue(context: Context, file: string): Promise<void> {
  const { environment, cwd } = context;
  const path = realOf(resolve(cwd, file));
  if (path === null) return;
  for (const root of new Set([context.root(), findHousehold(undefined, {}, dirname(path))])) {
    for (const name of houseNames(root)) {
      if ((await queueOf(root, name)) === path) refuseOtherHouse(root, environment, name);
    }
  }
}

/** null for a house that can't be read: nothing is dispatched from it. */
const queueOf = (root: string, name: string): Promise<string | null> =>
  loadHouse(root, name).then(
    ({ paths }) => realOf(paths.queue),
    () => null,
  );

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
