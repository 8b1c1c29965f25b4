import type { Clock } from '../../lib/core/clock.ts';
import type { LaunchRunner } from '../../lib/operations/context.ts';
import type { Idleness } from '../../lib/operations/idleness.ts';
import { systemTimer } from '../../lib/operations/look-loop.ts';
import { type HouseWatch, openWatch, type WatchOptions } from '../../lib/operations/watch-house.ts';
import type { TestHouse } from '../support/house.ts';

export interface Watching {
  clock: Clock;
  launch: LaunchRunner;
  takeOver: LaunchRunner;
  timer?: WatchOptions['timer'];
}

/** As `robed start` does it: watch until `enough`, hand over what runs, look a last time, close. */
export async function watchUntil(
  house: TestHouse,
  { clock, launch, takeOver, timer = systemTimer }: Watching,
  enough: (watch: HouseWatch, idle: Promise<Idleness>) => Promise<unknown>,
): Promise<void> {
  const idle = Promise.withResolvers<Idleness>();
  const watch = await openWatch(house.root, house.name, {
    clock,
    environment: { PATH: process.env['PATH'], HOME: house.root },
    launch,
    timer,
    onLook: (state) => {
      if (state.type !== 'busy') idle.resolve(state);
    },
    onEvents: () => {},
    onTrouble: () => {},
  });
  try {
    await watch.begin();
    await enough(watch, idle.promise);
    await watch.pause();
    await watch.handOver(takeOver);
    await watch.finish();
  } finally {
    await watch.close();
  }
}
