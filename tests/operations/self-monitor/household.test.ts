import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../lib/core/clock.ts';
import { householdSchema } from '../../../lib/houses/household-settings.ts';
import { watchHousehold } from '../../../lib/operations/self-monitor/watch-household.ts';
import { readEvents, recordEvent } from '../../../lib/records/event-store.ts';
import { openHouseholdDatabase } from '../../../lib/records/household-db.ts';
import { recordProbe, uptime } from '../../../lib/records/probe-store.ts';
import { emptyHousehold } from '../../support/household-database.ts';
import { testService } from '../../support/service.ts';

const DAY = 86_400_000;

const means = (passed = 0) => ({
  clock: { ...systemClock, now: () => Date.now() + passed },
  environment: { PATH: process.env['PATH'] },
  sleep: (ms: number) => sleep(Math.min(ms, 100)),
});

test('of several that come in the same moment, one looks and starts', async () => {
  const { root, db } = emptyHousehold();
  const service = await testService(root);
  const services = { ollama: { url: service.url, restart: service.argv } };
  const settings = householdSchema.parse({ services });
  const looks = await Promise.all(
    [1, 2, 3, 4, 5].map(() => {
      const own = openHouseholdDatabase(root);
      onTestFinished(() => own.close());
      return watchHousehold(root, own, settings, means(), { dryRun: false });
    }),
  );
  expect(looks.filter((look) => look !== null)).toHaveLength(1);
  expect(service.pids()).toHaveLength(1);
  expect(readEvents(db).map(({ type }) => type)).toEqual([
    'service.down',
    'service.restarted',
    'service.up',
  ]);
});

test('a service that no look can tell is a finding, once', async () => {
  const { root, db } = emptyHousehold();
  const settings = householdSchema.parse({ services: { it: { unit: 'no-such.service' } } });
  // No program is on this PATH, so no systemctl.
  const path = process.env['PATH'];
  process.env['PATH'] = root;
  onTestFinished(() => {
    process.env['PATH'] = path;
  });
  const look = () => watchHousehold(root, db, settings, means(), { dryRun: false });
  expect((await look())?.told).toEqual(['it can’t be looked at: there is no systemctl here']);
  expect((await look())?.told).toEqual([]);
});

test('what is older than a month is forgotten', async () => {
  const { root, db } = emptyHousehold();
  recordEvent(db, Date.now(), { type: 'system.info' });
  recordProbe(db, Date.now(), 'gitea', true);
  const later = means(31 * DAY);
  await watchHousehold(root, db, householdSchema.parse({}), later, { dryRun: false });
  expect([readEvents(db), uptime(db, 'gitea', 0, Number.MAX_SAFE_INTEGER).probes]).toEqual([[], 0]);
});
