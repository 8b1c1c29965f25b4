import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { householdSchema } from '../../../lib/houses/household-settings.ts';
import { stopOpenClaw } from '../../../lib/houses/openclaw-gateway.ts';
import { bringUp } from '../../../lib/operations/bring-up.ts';
import { stopHalf } from '../../../lib/operations/run-gateway.ts';
import { watchHouse } from '../../../lib/operations/self-monitor/watch-house.ts';
import { openHouseholdDatabase } from '../../../lib/records/household-db.ts';
import { type Bench, bench } from '../../support/bench.ts';
import { fakeOpenclaw, QUICK } from '../../support/fake-openclaw.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';

/** A house whose robe is a program that answers as OpenClaw does, and is up. */
async function robed(more = '') {
  const robe = `robe: {port: ${await freePort()}, patience: 60s, program: ${fakeOpenclaw(QUICK)}}\n`;
  const house = await bench('', { settings: `queue: {adopted: true}\n${robe}${more}` });
  const db = openHouseholdDatabase(house.root);
  onTestFinished(() => db.close());
  onTestFinished(() => void stop(house));
  await until('the robe', async () => {
    await bringUp(house.context, () => {}, ['robe']);
    return house.told('gateway.started').length > 0;
  });
  const look = (dryRun = false) =>
    watchHouse(house.context, db, householdSchema.parse({}), { dryRun });
  return { house, look };
}

const stop = (house: Bench) => stopOpenClaw(house.context.house, { ...house.context, sleep });

test('a robe that went down is started again, by the record that dispatch has', async () => {
  const { house, look } = await robed();
  expect((await look()).state.robe.state).toBe('running');
  await stop(house);
  expect((await look(true)).told).toEqual(['would start the robe']);
  const down = await look();
  expect([down.state.robe.state, down.told]).toEqual(['stopped', ['starts the robe']]);
  await until('it is up', async () => (await look()).told.includes('the robe is up'));
  expect(house.told('gateway.starting')).toHaveLength(2);
  await look();
  const changes = house.told('agent.status_changed').map(({ data }) => data['robe']);
  expect([changes[0], changes[1], changes.at(-1)]).toEqual(['running', 'stopped', 'running']);
});

test('a robe that a person stopped stays so', async () => {
  const { house, look } = await robed();
  await stopHalf(house.context, 'robe', { ...house.context, sleep });
  expect((await look()).told).toEqual([]);
  expect((await look()).state.robe.state).toBe('stopped');
});

test('a paused house is left as it is', async () => {
  const { house, look } = await robed('paused: true\n');
  await stop(house);
  expect((await look()).told).toEqual([]);
});
