import { existsSync } from 'node:fs';
import type { House } from '../../houses/household.ts';
import { liveness } from '../../platform/identity.ts';
import { readHolder } from '../../platform/lock.ts';
import { lastFired } from '../last-fired.ts';
import { unitsOf } from '../systemd.ts';
import { isInCrontab } from './crontab.ts';
import type { HouseCheck, Household } from './patient.ts';
import { readQueueFile } from './queue.ts';
import { count } from './words.ts';

/** A house that nobody looks at does nothing, however well it stands. */
export const ticks: HouseCheck = {
  of: 'house',
  name: 'ticks',
  levels: ['fail', 'warn'],
  finds: 'a house that neither `robed start`, nor cron, nor systemd looks after',
  fine: 'somebody looks after it: robed start, cron or systemd',
  look(patient, household) {
    const { house, name } = patient;
    if (house === null || isTicked(house, household)) return [];
    const reading = house.settings.queue.adopted ? readQueueFile(patient) : null;
    const waiting = (reading?.doc.entries ?? []).filter(({ status }) => status === 'PENDING');
    const tasks = count(waiting.length, 'task');
    return [
      {
        level: waiting.length > 0 ? 'fail' : 'warn',
        message: `nobody looks after it, neither robed start nor cron nor systemd: ${
          waiting.length > 0 ? `${tasks} will wait for ever` : 'what comes into its queue will wait'
        }`,
        fix: `robed crontab install --wizard ${name}   (or robed systemd install, or robed start)`,
      },
    ];
  },
};

/** How long after its last firing a house still counts as looked after, by whatever means. */
const RECENT = 2 * 3_600_000;

function isTicked(house: House, household: Household): boolean {
  const { name, paths, root } = house;
  const { clock, environment } = household;
  const holder = existsSync(`${paths.watcherLock}.lock`) ? readHolder(paths.watcherLock) : null;
  if (holder !== null && liveness(holder.identity) !== 'dead') return true;
  if (unitsOf(root, name, environment).length > 0 || isInCrontab(name, household)) return true;
  const fired = Math.max(lastFired(house, 'dispatch') ?? 0, lastFired(house, 'task-monitor') ?? 0);
  return clock.now() - fired < RECENT;
}
