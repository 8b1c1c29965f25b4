import { expect, test } from 'vitest';
import { changeTask } from '../../lib/operations/change-task.ts';
import { emptyResult, recordEnd } from '../../lib/operations/end-run.ts';
import { self } from '../../lib/platform/identity.ts';
import { bench } from '../support/bench.ts';
import { task } from '../support/household.ts';

for (const [budget, usage] of [
  ['$0.50', { cost: 0.6 }],
  ['20k tokens', { inputTokens: 15_000, outputTokens: 5_000 }],
  ['3 turns', { turns: 3 }],
] as const) {
  test(`a budget of ${budget} that the last run used up blocks the next one`, async () => {
    const house = await bench(task('T-1', 'echo 1', [`Budget: ${budget}`]), {
      launch: async () => self(),
    });
    await house.dispatch();
    recordEnd(house.context, house.run('T-1'), { ...emptyResult('failed', 'no'), usage });
    house.advance(60_000);
    await house.dispatch();
    expect(house.status('T-1')).toBe('BLOCKED');
    expect(house.record('T-1').reason).toContain('its budget is spent');
    await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
    await house.dispatch();
    expect(house.status('T-1')).toBe('BLOCKED');
    house.edit(`- **Budget:** ${budget}\n`, '- **Budget:** $100, 1m tokens, 1000 turns\n');
    await changeTask(house.context, 'T-1', { type: 'retry' }, { dryRun: false });
    await house.dispatch();
    expect(house.status('T-1')).toBe('IN_PROGRESS');
  });
}
