import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseOtherHouse, senderOf } from '../../../lib/operations/messages/sender.ts';
import { self } from '../../../lib/platform/identity.ts';
import { insertRun } from '../../../lib/records/run-store.ts';
import { twoHouses } from './post-office.ts';

const asked = { house: undefined, task: undefined };

/** A house before all others by its name, whose memory is no database. */
function damagedHouse(root: string): void {
  const house = join(root, 'wizards', 'aaron');
  mkdirSync(join(house, 'home'), { recursive: true });
  writeFileSync(join(house, 'house.yaml'), 'role: damaged\n');
  writeFileSync(join(house, 'home', 'house.db'), Buffer.alloc(8192, 0xa5));
}

test('a house whose memory is damaged keeps no other from sending', async () => {
  const { ezra } = await twoHouses();
  damagedHouse(ezra.root);
  insertRun(ezra.context.db, {
    run: 'r-1',
    task: 'T-1',
    attempt: 1,
    state: 'running',
    body: 'shell',
    agent: false,
    job: '{}',
    holder: self(),
    claimedAt: 0,
    startedAt: 0,
    leaseUntil: 0,
    endedAt: null,
    stop: null,
    result: null,
  });
  const environment = { ROBED_RUN: 'r-1' };
  expect(senderOf(ezra.root, environment, asked)).toEqual({
    house: 'ezra',
    run: 'r-1',
    task: 'T-1',
  });
  expect(() => refuseOtherHouse(ezra.root, environment, 'ezra')).not.toThrow();
  // Whose a run is that nobody else has may stand in the memory that can't be read.
  expect(() => senderOf(ezra.root, { ROBED_RUN: 'r-2' }, asked)).toThrow(/database/);
});
