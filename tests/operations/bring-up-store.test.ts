import { expect, it, onTestFinished } from 'vitest';
import { changeBringUp, readBringUp } from '../../lib/operations/bring-up-store.ts';
import { type BringUp, failed } from '../../lib/operations/plan-bring-up.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { testHouse } from '../support/household.ts';

const NOW = 1_700_000_000_000;

const STARTING: BringUp = { phase: 'starting', since: NOW, pid: null, failures: 0, logged: 0 };

it('of two processes that saw the same, one changes what is known, and records it', () => {
  const db = openHouseDatabase(testHouse('# Work queue\n').paths.database);
  onTestFinished(() => db.close());
  const start = () =>
    changeBringUp(db, 'robe', null, STARTING, NOW, { type: 'gateway.starting', data: {} });
  expect([start(), start()]).toEqual([true, false]);
  expect(readEvents(db).map(({ type, data }) => [type, data])).toEqual([
    ['gateway.starting', { gateway: 'robe' }],
  ]);
  expect([readBringUp(db, 'robe'), readBringUp(db, 'body')]).toEqual([STARTING, null]);

  const again = failed(STARTING, 'it ended', NOW);
  expect(changeBringUp(db, 'robe', null, again, NOW)).toBe(false);
  expect(changeBringUp(db, 'robe', STARTING, again, NOW)).toBe(true);
  expect(changeBringUp(db, 'robe', again, null, NOW)).toBe(true);
  expect(readBringUp(db, 'robe')).toBeNull();
});
