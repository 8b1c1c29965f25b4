import type { HouseContext } from './context.ts';
import { type Reconciled, reconcile } from './reconcile.ts';

/** How long a tick waits for somebody who is just saving, and how often it looks. */
const LOOKS = 20;
const LOOK_MS = 100;

/** One tick, as cron fires it or a person types it: where somebody is saving, after that. */
export async function tick(
  context: HouseContext,
  options: { claim: boolean },
  sleep: (ms: number) => Promise<unknown>,
): Promise<Reconciled> {
  let last = await reconcile(context, options);
  for (let look = 1; look < LOOKS && last.queue === 'unsettled'; look++) {
    await sleep(LOOK_MS);
    const next = await reconcile(context, options);
    last = {
      ...next,
      actions: [...last.actions, ...next.actions],
      claimed: [...last.claimed, ...next.claimed],
    };
  }
  return last;
}
