import { fatherOf } from '../../houses/father.ts';
import { houseNames, loadHouse } from '../../houses/household.ts';
import type { HouseholdSettings } from '../../houses/household-settings.ts';
import type { HouseContext } from '../context.ts';
import { heartbeatAge, heartbeatLimit, isDead } from '../heartbeat/heartbeat.ts';
import { readHeartbeat } from '../heartbeat/store.ts';
import { viewHouse } from '../house-view.ts';
import { closeHouse, openHouse } from '../open-house.ts';
import { eventsIn, figuresIn } from './gather.ts';
import type { Child } from './progress.ts';
import { whatWaits } from './waiting.ts';
import type { Window } from './window.ts';

/** A child's headline figures, and whether anything happened there. */
export type SeenChild = Child & { news: boolean };

/** The houses whose father this one is, each looked at; one that can't be read says why. */
export async function seeChildren(
  context: HouseContext,
  household: HouseholdSettings,
  window: Window,
): Promise<SeenChild[]> {
  const { root, name } = context.house;
  const children: SeenChild[] = [];
  for (const wizard of houseNames(root)) {
    if (wizard === name) continue;
    try {
      const child = await loadHouse(root, wizard);
      if (fatherOf(child, household) === name) children.push(await see(context, wizard, window));
    } catch (error) {
      if (household.father === name) children.push(unseen(wizard, error as Error));
    }
  }
  return children;
}

async function see(father: HouseContext, wizard: string, window: Window): Promise<SeenChild> {
  const child = await openHouse(father.house.root, wizard, father);
  try {
    const view = viewHouse(child);
    return {
      wizard,
      trouble: null,
      figures: figuresIn(child, window),
      running: view.running.length,
      waiting: whatWaits(child, view),
      ...pulseOf(child),
      news: eventsIn(child, window).length > 0,
    };
  } finally {
    closeHouse(child);
  }
}

/** How old its last heartbeat is, and whether it counts as dead by its own schedule. */
export function pulseOf({ house, clock }: HouseContext): Pick<Child, 'heartbeatAge' | 'dead'> {
  const heartbeat = readHeartbeat(house.paths.heartbeat);
  if (heartbeat === null) return { heartbeatAge: null, dead: false };
  const now = clock.now();
  const limit = heartbeatLimit(house.settings.schedule.heartbeat, Date.parse(heartbeat.time));
  return {
    heartbeatAge: heartbeatAge(heartbeat, now),
    dead: limit !== null && isDead(heartbeat, now, limit),
  };
}

function unseen(wizard: string, error: Error): SeenChild {
  return {
    wizard,
    trouble: error.message,
    figures: null,
    running: 0,
    waiting: [],
    heartbeatAge: null,
    dead: false,
    news: false,
  };
}
