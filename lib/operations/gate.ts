import { lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { House } from '../houses/household.ts';
import type { QueueDocument } from '../queue/document.ts';
import type { QueueGate } from './readiness.ts';

/** What the house and the file itself say about dispatching from a queue. */
export function queueGate(house: House, doc: QueueDocument): QueueGate {
  const link = foreignTarget(house);
  return {
    adopted: house.settings.queue.adopted,
    paused: doc.defaults.paused ?? house.settings.paused,
    readOnly: doc.readOnly ?? link,
    unreadable: doc.unreadable,
  };
}

/** A queue that is a link out of the household is read-only, unless house.yaml names its target. */
function foreignTarget(house: House): string | null {
  const { queue, house: folder } = house.paths;
  if (!lstatSync(queue, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  const target = realpathSync(queue);
  const household = realpathSync(dirname(dirname(folder)));
  if (target.startsWith(household + sep)) return null;
  const named = house.settings.queue.target;
  if (named !== undefined && resolve(folder, named) === target) return null;
  return `it is a link to ${target}, outside the household; house.yaml may name it as queue.target`;
}
