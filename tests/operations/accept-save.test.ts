import { expect, test } from 'vitest';
import { acceptSave, planReadSave } from '../../lib/operations/accept-save.ts';
import { readHead } from '../../lib/operations/context.ts';
import { listVersions } from '../../lib/operations/past-versions.ts';
import { readQueue, requireReading } from '../../lib/operations/read-queue.ts';
import { readOpenRuns } from '../../lib/records/run-store.ts';
import { readTasks } from '../../lib/records/task-store.ts';
import { bench, outside } from '../support/bench.ts';

test('a save that two ticks planned at once is accepted once', async () => {
  const house = await bench(`# Q\n\n${outside('T-1')}`);
  await house.monitor();
  house.save(`${house.queue()}\n${outside('T-2')}`);
  const { context } = house;
  const head = readHead(context.db);
  const reading = requireReading(context, readQueue(context, head?.hash ?? null));
  const plan = planReadSave(
    context,
    reading,
    head,
    readTasks(context.db),
    readOpenRuns(context.db),
  );

  expect(acceptSave(context, reading, head, plan)).toBe(true);
  expect(acceptSave(context, reading, head, plan)).toBe(false);

  expect(house.events('T-2')).toEqual(['task.created']);
  expect(listVersions(context).map(({ by }) => by)).toEqual(['person', 'person']);
});
