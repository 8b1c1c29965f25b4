import { expect, it, onTestFinished } from 'vitest';
import type { GatewayState, HouseState } from '../../lib/houses/house-state.ts';
import { noteHouseState } from '../../lib/operations/house-state.ts';
import { readEvents } from '../../lib/records/event-store.ts';
import { openHouseDatabase } from '../../lib/records/house-db.ts';
import { testHouse } from '../support/household.ts';

const seen = (
  name: HouseState['name'],
  robe: GatewayState['state'],
  body: GatewayState['state'],
): HouseState => ({ name, robe: { state: robe, detail: '' }, body: { state: body, detail: '' } });

it('records a change of robe or body, and no look that found nothing new', () => {
  const db = openHouseDatabase(testHouse('# Work queue\n').paths.database);
  onTestFinished(() => db.close());
  const looks = [
    seen('dead', 'stopped', 'stopped'),
    seen('dead', 'stopped', 'stopped'),
    seen('dead', 'starting', 'stopped'),
    seen('lobster', 'running', 'stopped'),
  ];
  expect(looks.map((state) => noteHouseState(db, state, Date.now()))).toEqual([
    ...[true, false, true, true],
  ]);
  expect(readEvents(db, { type: 'agent.status_changed' }).map(({ data }) => data)).toEqual([
    { from: null, to: 'dead', robe: 'stopped', body: 'stopped' },
    { from: 'dead', to: 'dead', robe: 'starting', body: 'stopped' },
    { from: 'dead', to: 'lobster', robe: 'running', body: 'stopped' },
  ]);
});
