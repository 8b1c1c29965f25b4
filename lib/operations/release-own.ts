import { self } from '../platform/identity.ts';
import { readOpenRuns, takeRun } from '../records/run-store.ts';
import type { HouseContext } from './context.ts';

/**
 * Give back what this very process had under way when its house was taken from under it: nobody
 * carries that on, and as long as its holder lives nobody would take it back. To recovery it is as
 * if held by one who died.
 */
export function releaseOwn({ db }: HouseContext): void {
  const { pid, start, boot } = self();
  for (const { run, state, holder, claimedAt, leaseUntil } of readOpenRuns(db)) {
    if (state === 'ended' || holder?.pid !== pid) continue;
    if (holder.start !== start || holder.boot !== boot) continue;
    takeRun(db, run, { state, holder: { ...holder, boot: '' }, startedAt: claimedAt, leaseUntil });
  }
}
