import type { HouseContext } from './context.ts';
import { HALVES, halfSettings } from './gateways.ts';
import { type Reconciled, reconcile } from './reconcile.ts';

/** How long a tick waits for somebody who is just saving, and how often it looks. */
const LOOKS = 20;
const LOOK_MS = 100;

/** How often it looks at a gateway that is starting. */
const GATEWAY_LOOK_MS = 500;

/**
 * One tick, as cron fires it or a person types it: where somebody is saving, after that; where a
 * task waits for a gateway that is starting, once it is up, or its patience is over.
 */
export async function tick(
  context: HouseContext,
  options: { claim: boolean },
  sleep: (ms: number) => Promise<unknown>,
): Promise<Reconciled> {
  let last = await reconcile(context, options);
  const again = async (ms: number): Promise<void> => {
    await sleep(ms);
    const next = await reconcile(context, options);
    last = {
      ...next,
      actions: [...last.actions, ...next.actions],
      claimed: [...last.claimed, ...next.claimed],
    };
  };
  for (let look = 1; look < LOOKS && last.queue === 'unsettled'; look++) await again(LOOK_MS);
  for (let waited = 0; isStarting(last) && waited <= patience(context); waited += GATEWAY_LOOK_MS) {
    await again(GATEWAY_LOOK_MS);
  }
  return last;
}

const isStarting = ({ held }: Reconciled): boolean =>
  [...held.values()].some(({ starting }) => starting);

/** The longest that one start may take: whatever clocks do, no tick waits longer. */
const patience = ({ house }: HouseContext): number =>
  Math.max(0, ...HALVES.map((half) => halfSettings(house, half)?.patience ?? 0));
