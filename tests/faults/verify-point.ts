import { readFileSync } from 'node:fs';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { householdAt, settableClock } from '../support/house.ts';
import { checkAtRest, checkDone, type Facts } from './check-house.ts';
import { driveToIdle, openDiligent } from './drive.ts';
import { factsOf, forget, type Point } from './points.ts';
import { makeAtHome } from './snapshots.ts';
import type { Violation } from './tally.ts';

/** A file that was displaced by a dead process is looked at by the next one a little later. */
const LATER_MS = 10_000;

/**
 * Recover a house that a fault left, as the next tick does: once, then again, which has to find
 * nothing to do; then let all work be done. Says what is wrong. Consumes the point.
 */
export async function verifyPoint(point: Point): Promise<Violation[]> {
  const violations = [...point.violations];
  try {
    makeAtHome(point.folder);
    const facts = JSON.parse(readFileSync(factsOf(point.folder), 'utf8')) as Facts;
    violations.push(...(await recoverAndFinish(point.folder, facts)));
  } catch (error) {
    violations.push({ harm: 'unexplained', what: `recovery throws ${(error as Error).stack}` });
  }
  forget(point);
  return violations;
}

async function recoverAndFinish(root: string, facts: Facts): Promise<Violation[]> {
  const house = householdAt(root);
  const clock = settableClock(Math.max(Date.now(), facts.now) + LATER_MS);
  const context = await openDiligent(house, clock);
  const violations: Violation[] = [];
  try {
    await reconcile(context, { claim: false });
    violations.push(...checkAtRest(context, facts));
    const settled = house.read();
    const { actions } = await reconcile(context, { claim: false });
    if (actions.length > 0)
      violations.push({
        harm: 'unexplained',
        what: `a second recovery does more: ${actions.join('; ')}`,
      });
    if (house.read() !== settled)
      violations.push({ harm: 'unexplained', what: 'a second recovery changes the queue' });
    await driveToIdle(context, clock);
    violations.push(...checkDone(context, facts));
  } finally {
    closeHouse(context);
  }
  return violations;
}
