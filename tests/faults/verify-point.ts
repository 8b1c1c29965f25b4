import { readFileSync } from 'node:fs';
import { closeHouse } from '../../lib/operations/open-house.ts';
import { reconcile } from '../../lib/operations/reconcile.ts';
import { householdAt, settableClock } from '../support/house.ts';
import { checkAtRest, checkDone, type Facts } from './check-house.ts';
import { driveToIdle, openDiligent } from './drive.ts';
import { type Expected, factsOf, forget, type Point, repair } from './points.ts';
import { checkHousehold, compareTrees, treeLines } from './repeated.ts';
import { SCENARIOS } from './scenarios.ts';
import { settledState } from './settled-state.ts';
import { makeAtHome } from './snapshots.ts';
import type { Violation } from './tally.ts';

/** What several houses are looked at in, by one process: at one time, so that they may come to the same. */
export interface Sitting {
  now: number;
  /** States from which all work was done. */
  seen: Set<string>;
}

/** A file that was displaced by a dead process is looked at by the next one a little later. */
const LATER_MS = 10_000;

/**
 * Recover a house that a fault left, as the next tick does: once, then again, which has to find
 * nothing to do; then let all work be done, once for all houses of a sitting whose repair came to the
 * same. Says what is wrong. Consumes the point.
 */
export async function verifyPoint(point: Point, sitting: Sitting): Promise<Violation[]> {
  const violations = [...point.violations];
  try {
    makeAtHome(point.folder);
    const facts = JSON.parse(readFileSync(factsOf(point.folder), 'utf8')) as Expected;
    violations.push(
      ...(SCENARIOS[point.scenario]?.again
        ? await doAgain(point, facts)
        : await recoverAndFinish(point, facts, sitting)),
    );
  } catch (error) {
    violations.push({ harm: 'unexplained', what: `recovery throws ${(error as Error).stack}` });
  }
  forget(point);
  return violations;
}

/** It is done once more, and a tick comes by, which makes it whole; and once more, which changes nothing. */
async function doAgain(point: Point, { theirs, tree, now }: Expected): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (let time = 0; time < 2; time++) {
    await repair(point);
    await tickOver(point.folder, now);
    violations.push(...checkHousehold(point.folder, theirs));
    violations.push(...compareTrees(tree, treeLines(point.folder)));
    violations.push(...(SCENARIOS[point.scenario]?.check?.(point.folder) ?? []));
  }
  return violations;
}

async function tickOver(root: string, now: number): Promise<void> {
  const context = await openDiligent(householdAt(root), settableClock(now + LATER_MS));
  await reconcile(context, { claim: false });
  closeHouse(context);
}

async function recoverAndFinish(
  { folder: root, scenario, seed }: Point,
  facts: Facts,
  { seen, now }: Sitting,
): Promise<Violation[]> {
  const house = householdAt(root);
  const repaired = Math.max(now, facts.now) + LATER_MS;
  const clock = settableClock(repaired);
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
    const state = settledState(root, context.db, { done: facts.now, repaired });
    if (seen.has(`${scenario} ${seed} ${state}`)) return violations;
    seen.add(`${scenario} ${seed} ${state}`);
    await driveToIdle(context, clock);
    violations.push(...checkDone(context, facts));
    violations.push(...(SCENARIOS[scenario]?.check?.(root) ?? []));
  } finally {
    closeHouse(context);
  }
  return violations;
}
