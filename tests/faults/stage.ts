import type { HouseContext, LaunchRunner } from '../../lib/operations/context.ts';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { openTestHouse, type SettableClock, type TestHouse } from '../support/house.ts';
import { driveToIdle, openDiligent } from './drive.ts';
import type { Random } from './random.ts';
import type { Violation } from './tally.ts';

/** The house that a scenario is played in; everything in it follows from the seed. */
export interface Stage {
  house: TestHouse;
  random: Random;
  clock: SettableClock;
  /** How a claimed run is given to its runner. */
  launch: LaunchRunner;
  /** How a run that began in a watcher's own process is given to a runner. */
  takeOver: LaunchRunner;
}

/** One operation, and the house that it is about to be done in. */
export interface Scenario {
  /** A person's command: where it dies it may have been done or not. Everything else is made good. */
  command?: true;
  /** Whoever began it does it again, and it comes to the same household. Slow, so that it has its turn less often. */
  again?: true;
  /** The records of before are gone. */
  forgets?: true;
  /** Ids that have to be in the queue in the end, whatever the operation makes of it. */
  keeps?: string[];
  prepare(stage: Stage): Promise<void>;
  operate(stage: Stage): Promise<void>;
  /** What else has to be true of the household in the end. */
  check?(root: string): Violation[];
}

/** Open a house of the household, `name` or the first, for as long as it takes. */
export async function within(
  { house, clock, launch: usual }: Stage,
  what: (context: HouseContext) => unknown,
  { name = house.name, launch = usual }: { name?: string; launch?: LaunchRunner } = {},
): Promise<void> {
  const context = await openTestHouse({ ...house, name }, { clock, launch });
  await what(context);
  closeHouse(context);
}

/** Let everything that is PENDING be done, without a fault. */
export async function finishAll({ house, clock }: Stage): Promise<void> {
  const context = await openDiligent(house, clock);
  await driveToIdle(context, clock);
  closeHouse(context);
}
