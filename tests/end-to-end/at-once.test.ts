import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { task, testHouse } from '../support/household.ts';
import { launched } from '../support/launched.ts';
import { until } from '../support/until.ts';

const ROUNDS = 8;
const SETS = 16;

test('of two dispatches at the same instant one claims, again and again', async () => {
  const house = testHouse('# Q\n', {
    settings: 'queue: {adopted: true}\nconcurrency: 2\nbackoff: 50ms\nbodies: {allow: [shell]}\n',
  });
  for (let round = 1; round <= ROUNDS; round++) {
    const added = await launched(house.root, [
      'add',
      `Round ${round}`,
      '--id',
      `R-${round}`,
      '--text',
      '```sh\necho "$ROBED_RUN" >>effects; echo done\n```',
    ]);
    expect(added.status, added.stderr).toBe(0);
    const two = await Promise.all([
      launched(house.root, ['dispatch']),
      launched(house.root, ['dispatch']),
    ]);
    for (const { status, stderr } of two) expect(status, stderr).toBe(0);
    await until(`round ${round} is done`, () => house.status(`R-${round}`) === 'COMPLETE');
  }
  const effects = readFileSync(join(house.paths.workspace, 'effects'), 'utf8').trim().split('\n');
  expect(new Set(effects).size).toBe(ROUNDS);
  expect(effects).toHaveLength(ROUNDS);
  const db = openHouseDatabase(house.paths.database);
  const runs = db
    .prepare(
      "SELECT task, result ->> 'outcome' AS outcome, result ->> 'reason' AS reason FROM runs",
    )
    .all();
  db.close();
  expect(runs.filter((run) => run['outcome'] !== 'completed')).toEqual([]);
  expect(runs).toHaveLength(ROUNDS);
});

test('of sixteen sets at once sixteen are kept', async () => {
  const ids = Array.from({ length: SETS }, (_, at) => `T-${at + 1}`);
  const queue = ids.map((id) => task(id, 'echo x', ['Not before: 2100-01-01'])).join('\n');
  const house = testHouse(queue);
  const ran = await Promise.all(
    ids.map((id) => launched(house.root, ['set', id, 'status', 'DEFERRED'])),
  );
  for (const { status, stderr } of ran) expect(status, stderr).toBe(0);
  expect(house.queue()).toBe(queue.replaceAll('PENDING', 'DEFERRED'));
});

test('of forty runs that end while others begin, each is done once', async () => {
  const ids = Array.from({ length: 40 }, (_, at) => `T-${at + 1}`);
  const queue = ids.map((id) => task(id, `echo ${id} >>effects; echo done`)).join('\n');
  const house = testHouse(queue, {
    settings: 'queue: {adopted: true}\nconcurrency: 8\nbodies: {allow: [shell]}\n',
  });
  const { status, stderr } = await launched(house.root, ['start', '--until-idle']);
  expect(status, stderr).toBe(0);
  const effects = readFileSync(join(house.paths.workspace, 'effects'), 'utf8').trim().split('\n');
  expect(effects.toSorted()).toEqual(ids.toSorted());
  expect(ids.map((id) => house.status(id))).toEqual(ids.map(() => 'COMPLETE'));
});
