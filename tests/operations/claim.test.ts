import { expect, test } from 'vitest';
import { claim } from '../../lib/operations/claim.ts';
import type { ClaimPlan } from '../../lib/operations/claim-plan.ts';
import { readHead } from '../../lib/operations/context.ts';
import { readQueue, requireReading } from '../../lib/operations/read-queue.ts';
import { planClaims } from '../../lib/operations/reconcile.ts';
import { self } from '../../lib/platform/identity.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { type Bench, bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

type Plan = Extract<ClaimPlan, { type: 'claim' }>;

/** What two dispatches would do that look at the same moment. */
async function plansOf(house: Bench): Promise<Plan[]> {
  await house.monitor();
  const { context } = house;
  const state = readQueue(context, readHead(context.db)?.hash ?? null);
  const plans: Plan[] = [];
  for await (const plan of planClaims(
    context,
    requireReading(context, state),
    readTasks(context.db),
  )) {
    if (plan.type === 'claim') plans.push(plan);
  }
  return plans;
}

test('a claim that was planned twice is made once', async () => {
  const house = await bench(task('T-1', 'echo 1'), { launch: async () => self() });
  const [plan] = (await plansOf(house)) as [Plan];
  expect(claim(house.context, plan, 5)).toMatchObject({ task: 'T-1', state: 'claimed' });
  expect(claim(house.context, plan, 5)).toBeNull();
  expect(house.runs()).toHaveLength(1);
});

test('of claims that were planned at once no more are made than the wizard may run', async () => {
  const house = await bench(['T-1', 'T-2', 'T-3'].map((id) => task(id, 'echo x')).join('\n'), {
    launch: async () => self(),
  });
  const plans = await plansOf(house);
  expect(plans.map((plan) => claim(house.context, plan, 2) !== null)).toEqual([true, true, false]);
});

test('each claim draws a higher fence, and a name that nobody can guess', async () => {
  const house = await bench(['T-1', 'T-2'].map((id) => task(id, 'echo x')).join('\n'), {
    launch: async () => self(),
  });
  const runs = (await plansOf(house)).map((plan) => claim(house.context, plan, 5));
  expect(runs[1]?.fence).toBeGreaterThan(runs[0]?.fence ?? Number.NaN);
  expect(new Set(runs.map((run) => run?.run.split('-')[1])).size).toBe(2);
});
